import { agreement, bestApproximation, said } from './approximations.mjs';
import { fullPasses } from './full-passes.mjs';
import { benchNetwork, benchPhoto, built, forwardWork, handOver, readFloats, seconds, titles } from './networks.mjs';
import { largestDifference, median, rangeOf, shareOfRange } from './numbers.mjs';
import { captum, out, peerGrid, peerPositions, plain, tune, whereItStands } from './occlusion-peers.mjs';
import { alternateWithPeaks } from './peak.mjs';
import { mapOfDrops, sharedDrops, thinning, wholeSeconds } from './positions.mjs';
import { neededWork } from './work.mjs';

/** Rows for every network, side and occluder of the plan, cell by cell. */
export async function* occlusionRows(plan, { peers, folder, mirror, log }) {
  let stands = false;
  for (const { architecture, side, occluders } of plan.occlusion) {
    log(`occlusion: ${titles[architecture]}, ${side} px`);
    const network = await benchNetwork(architecture, side, mirror);
    const photo = benchPhoto(side);
    const input = built('explain/image/prepare.js').prepareInput(photo, network.preprocessing);
    const target = await handOver(network, input, peers, folder);
    const { mean, std } = network.preprocessing;
    const setting = { network, photo, input, target, side, fill: mean.map((m, i) => -m / std[i]), peers, folder };
    const tuned = await tune(plan, setting, occluders[0]);
    log(`    best batch: Captum ${tuned.captum}, PyTorch ${tuned.plain}`);
    if (!stands) log(`    ${await whereItStands(setting, tuned)}`);
    stands = true;
    for (const occluder of occluders) yield await cell(plan, setting, tuned, occluder, log);
  }
}

const { occlusion, positions } = built('explain/methods/occlusion.js');
const { roundingOf } = built('explain/quality.js');

/** Our whole call on every so-many-th position along each axis. */
async function call({ network, photo, target }, { size, stride }, thin, options = {}) {
  const work = () => occlusion(network, photo, { target, size, stride: stride * thin, ...options });
  const { took, result } = await seconds(work);
  return { seconds: took, result };
}

/** How long our exact whole map takes, about; the first call, which warms up, does not count. */
async function expectedSeconds(setting, occluder, perAxis) {
  const pilot = async (wanted) => {
    const { seconds, result } = await call(setting, occluder, thinning(perAxis, wanted));
    return { seconds, positions: result.grid.logits.length };
  };
  await pilot(9);
  return wholeSeconds(await pilot(9), await pilot(100), perAxis ** 2);
}

async function cell(plan, setting, tuned, occluder, log) {
  const { network, side } = setting;
  const { size, stride } = occluder;
  const perAxis = positions(side, size, stride).length;
  const expected = await expectedSeconds(setting, occluder, perAxis);
  const thin = expected <= plan.wholeSeconds ? 1 : thinning(perAxis, (perAxis ** 2 * plan.thinnedSeconds) / expected);
  const ourStarts = positions(side, size, stride * thin);
  const timed = `timed on ${ourStarts.length ** 2} of ${perAxis ** 2} positions`;
  log(`    ${size} px: our exact map takes about ${expected.toFixed(1)} s, ${timed}`);
  const grid = peerGrid(setting, occluder, peerPositions(plan, tuned.forward), thin);
  const approximation = await approximated(plan, setting, occluder, expected, log);
  const full = fullPasses(setting, grid, perAxis ** 2);
  full.run();
  const results = {};
  const ours = (way, run) => async () => {
    const { seconds, result } = await run();
    results[way] = result;
    return seconds;
  };
  const sides = [
    { name: 'Captum, default', way: 'captum', run: () => captum(setting, 1, grid) },
    {
      name: `Captum, batch ${tuned.captum}`,
      way: 'captum',
      peer: 'Captum at its best',
      run: () => captum(setting, tuned.captum, grid),
    },
    {
      name: `PyTorch, batch ${tuned.plain}`,
      way: 'plain',
      peer: 'PyTorch',
      run: () => plain(setting, tuned.plain, grid),
    },
    {
      name: `Whylight, every pass whole, batch ${full.batch}`,
      way: 'full',
      run: ours('full', async () => {
        const { took, result } = await seconds(full.run);
        return { seconds: took, result };
      }),
    },
    { name: 'Whylight, exact', way: 'exact', run: ours('exact', () => call(setting, occluder, thin)) },
  ];
  if ((await roundingOf('good')).precision === 'bfloat16') {
    const run = ours('good', () => call(setting, occluder, thin, { quality: 'good' }));
    sides.push({ name: 'Whylight, quality good', way: 'good', run });
    // Its trial, and what it uploads once a process, do not count.
    await run();
  }
  if (approximation !== null) {
    const { candidate } = approximation;
    const run = ours('approximate', () => call(setting, occluder, 1, candidate));
    sides.push({ name: `Whylight, approximate (${said(candidate)})`, way: 'approximate', run });
  }
  // All sides have run before: the peers to find their batches, ours just now.
  const { times, peaks } = await alternateWithPeaks(sides, { repeats: plan.repeats, warmUp: 0 });
  full.close();
  const shapes = built('explain/network/node-shapes.js').nodeShapes(network.graph, network.inputShape);
  const whole = { positions: grid.tops.length ** 2, passes: grid.passes, work: forwardWork(network) };
  const ourWork = {
    positions: ourStarts.length ** 2,
    work: neededWork(network, shapes, { size, tops: ourStarts, lefts: ourStarts }),
  };
  const measured = {
    captum: whole,
    plain: whole,
    full: whole,
    exact: ourWork,
    good: ourWork,
    // What it leaves out has no count.
    approximate: { positions: perAxis ** 2, work: null },
  };
  const differences = differencesOf(setting, tuned, grid, results, approximation);
  const rows = sides.map(({ name, way, peer = null }, i) => ({
    section: 'occlusion',
    cell: `${network.title}, ${side} px, occluder ${size}, stride ${stride}`,
    architecture: network.architecture,
    side,
    size,
    stride,
    name,
    way,
    ours: name.startsWith('Whylight'),
    // Of the field: what a ratio is taken to.
    peer,
    unit: 'position',
    items: measured[way].positions,
    of: perAxis ** 2,
    seconds: times[i],
    each: median(times[i]) / (measured[way].passes ?? measured[way].positions),
    peak: peaks[i],
    ...differences[way],
    work: measured[way].work,
    ...(way === 'exact' && approximation === null && { withoutApproximation: expected }),
  }));
  for (const row of rows) log(`    ${row.size} px: ${row.name}: ${(1000 * row.each).toFixed(1)} ms a position`);
  return rows;
}

/** The approximation to show and the exact whole map, or null where that map takes too long to find one by. */
async function approximated(plan, setting, occluder, expected, log) {
  if (expected > plan.wholeSeconds) return null;
  const exact = await call(setting, occluder, 1);
  const found = await bestApproximation(exact, (options) => call(setting, occluder, 1, options), { log });
  return { ...found, exact: exact.result };
}

/**
 * Of each way its largest difference from PyTorch, as a share of the map's range and of the logits' range on the clean
 * photo; of what is less than exact that from our exact map, and their rank correlation.
 */
function differencesOf(setting, tuned, grid, results, approximation) {
  const drops = readFloats(out(setting, 'plain'));
  const spread = rangeOf(tuned.logits);
  const both = (got, wanted) => ({
    difference: shareOfRange(got, wanted),
    ofLogits: largestDifference(got, wanted) / spread,
  });
  const wholeMap = mapOfDrops(drops, { ...grid, side: setting.side });
  const covered = (_, i) => !Number.isNaN(wholeMap[i]);
  const { grid: ours, target } = results.exact;
  const exactDrops = { ...ours, drops: ours.logits.map((logit) => target.logit - logit) };
  const reference = { ...grid, drops };
  return {
    captum: both(readFloats(out(setting, 'captum')).filter(covered), wholeMap.filter(covered)),
    plain: { difference: null, ofLogits: null },
    full: both(results.full, drops),
    exact: both(...sharedDrops(exactDrops, reference)),
    ...(results.good && {
      good: {
        ...both(results.good.values, results.exact.values),
        correlation: agreement(results.good, results.exact),
      },
    }),
    ...(approximation !== null && {
      approximate: {
        ...both(results.approximate.values, approximation.exact.values),
        correlation: agreement(results.approximate, approximation.exact),
      },
    }),
  };
}
