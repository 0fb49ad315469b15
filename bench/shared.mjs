import { benchNetwork, benchPhoto, built, seconds, titles } from './networks.mjs';
import { median, shareOfRange } from './numbers.mjs';
import { alternateWithPeaks } from './peak.mjs';

/** Times as long: five targets as one, and four methods as the dearest of them. */
const MOST = { targets: 1.1, methods: 1.3 };

const together = ['saliency', 'grad-cam', 'layer-cam', 'cam'];

/**
 * Rows of what is computed once for several answers about a photo: the same method for one target and for five, and several
 * methods alone and in one call. Only ours: peers run everything again.
 */
export async function* sharedRows(plan, { mirror, log }) {
  const side = 224;
  for (const architecture of plan.shared.networks) {
    log(`shared: ${titles[architecture]}`);
    const network = await benchNetwork(architecture, side, mirror);
    const setting = { network, photo: benchPhoto(side), about: { architecture, side }, plan, log };
    const best = await bestClasses(setting, 5);
    for (const { title, name, options } of methodsOf(plan)) {
      yield targetRows(setting, best, { title, name, options });
    }
    yield methodRows(setting);
  }
}

const methodsOf = ({ shared: { stride, copies } }) => [
  { title: `Occlusion, 16 px, stride ${stride}`, name: 'occlusion', options: { size: 16, stride } },
  {
    title: `Occlusion, 16 px, stride ${stride}, coarse 2 (each target refines positions of its own)`,
    name: 'occlusion',
    options: { size: 16, stride, coarse: 2 },
  },
  { title: `RISE, ${copies} masks`, name: 'rise', options: { masks: copies } },
  { title: `LIME, ${copies} copies`, name: 'lime', options: { samples: copies } },
  { title: 'Score-CAM', name: 'score-cam', options: {} },
  { title: 'Ablation-CAM', name: 'ablation-cam', options: {} },
];

async function bestClasses({ network, photo }, count) {
  const { withLook } = built('explain/look.js');
  const { classes } = await withLook(network, photo, ({ classification }) => classification);
  return classes.slice(0, count).map(({ index }) => index);
}

/** Maps of some methods for some targets, as one call of the command line makes them: one look at the photo. */
async function explained({ network, photo }, calls, targets) {
  const { withLook } = built('explain/look.js');
  const { explainAll, lookFor } = built('explain/explain-all.js');
  return seconds(() => withLook(network, photo, (look) => explainAll(look, calls, targets), lookFor(calls, network)));
}

const callOf = (name, options = {}) => ({ method: built('explain/methods/index.js').findMethod(name), options });

async function rowsOf({ plan, log, about, network }, cell, sides, { warmUp, beside, most, unit }) {
  const maps = [];
  const timed = sides.map(({ run }, i) => ({
    run: async () => {
      const { took, result } = await run();
      maps[i] = result;
      return took;
    },
  }));
  const { times, peaks } = await alternateWithPeaks(timed, { repeats: plan.repeats, warmUp });
  const other = beside(times);
  return sides.map(({ name }, i) => {
    log(`    ${cell}, ${name}: ${(1000 * median(times[i])).toFixed(0)} ms`);
    const isLast = i === sides.length - 1;
    return {
      section: 'shared',
      cell: `${cell}, ${network.title}, ${about.side} px`,
      ...about,
      name,
      way: isLast ? 'shared' : null,
      ours: true,
      peer: null,
      unit,
      items: 1,
      of: 1,
      seconds: times[i],
      each: median(times[i]),
      peak: peaks[i],
      beside: isLast ? { name: sides[other].name, seconds: times[other], most } : null,
      difference: isLast ? largest(maps[i], maps) : null,
      work: null,
    };
  });
}

/** The largest difference of maps from those of the same method and target that were made alone. */
function largest(maps, others) {
  const alone = others.slice(0, -1).flat();
  const same = (one) => alone.find(({ method, target }) => method === one.method && target.index === one.target.index);
  const differences = maps.flatMap((map) => (same(map) ? [shareOfRange(map.values, same(map).values)] : []));
  return Math.max(...differences);
}

async function targetRows(setting, best, { title, name, options }) {
  const calls = [callOf(name, options)];
  const sides = [1, best.length].map((count) => ({
    name: count === 1 ? 'Whylight, one target' : `Whylight, ${count} targets`,
    run: () => explained(setting, calls, best.slice(0, count)),
  }));
  const most = options.coarse === undefined ? MOST.targets : null;
  return rowsOf(setting, title, sides, { warmUp: 0, beside: () => 0, most, unit: 'call' });
}

async function methodRows(setting) {
  const sides = [...together.map((name) => [name]), together].map((names) => ({
    name: `Whylight, ${names.join(', ')}`,
    run: () =>
      explained(
        setting,
        names.map((name) => callOf(name)),
        [undefined],
      ),
  }));
  const dearest = (times) => {
    const each = times.slice(0, -1).map(median);
    return each.indexOf(Math.max(...each));
  };
  const how = { warmUp: 2, beside: dearest, most: MOST.methods, unit: 'call' };
  return rowsOf({ ...setting, plan: { repeats: 4 * setting.plan.repeats } }, 'Methods together', sides, how);
}
