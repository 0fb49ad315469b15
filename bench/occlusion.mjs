import path from 'node:path';
import { alternate, best, median, shareOfRange } from './alternate.mjs';
import { benchNetwork, benchPhoto, built, forwardWork, handOver, readFloats, seconds, titles } from './networks.mjs';
import { mapOfDrops, sharedDrops, thinning } from './positions.mjs';
import { neededWork } from './work.mjs';

/** Rows for every network, side and occluder of the plan. */
export async function occlusionRows(plan, { peers, folder, mirror, log }) {
  const rows = [];
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
    if (rows.length === 0) log(`    ${await whereItStands(setting, tuned)}`);
    for (const occluder of occluders) rows.push(...(await cell(plan, setting, tuned, occluder, log)));
  }
  return rows;
}

const { positions } = built('explain/methods/occlusion.js');

const out = ({ folder }, name) => path.join(folder, `${name}.f32`);

const ask = (setting, way, batch, grid) =>
  setting.peers.ask(`${way}_occlusion`, {
    target: setting.target,
    batch,
    ...grid,
    fill: setting.fill,
    out: out(setting, way),
  });

const plain = (setting, batch, { size, tops, lefts }) => ask(setting, 'plain', batch, { size, tops, lefts });

const captum = (setting, batch, { size, stride, every }) => ask(setting, 'captum', batch, { size, stride, every });

/** The peers' positions, `multipleOf` apart or more: the clean photo, which they run first, counts as one more. */
function peerGrid({ side }, { size, stride }, wanted, multipleOf = 1) {
  const all = positions(side, size, stride);
  const every = multipleOf * thinning(Math.ceil(all.length / multipleOf), wanted);
  const starts = all.filter((_, i) => i % every === 0);
  return { size, stride, every, tops: starts, lefts: starts, passes: starts.length ** 2 + 1 };
}

/** How many positions to time the peers on: as many as their seconds allow, 4 × 4 at least, of slow passes 3 × 3. */
const peerPositions = ({ peerSeconds }, forward) => Math.max(forward > 0.5 ? 9 : 16, peerSeconds / forward);

/** The peers' best batch sizes on this network, and how long a forward pass takes them. */
async function tune(plan, setting, occluder) {
  await setting.peers.ask('forward', { batch: 1 });
  const { seconds: forward } = await setting.peers.ask('forward', { batch: 1 });
  const wanted = Math.min(64, peerPositions(plan, forward));
  const grid = peerGrid(setting, occluder, wanted);
  const candidates = [1, 2, 4, 8, 16, 32].filter((batch) => batch <= Math.max(2, grid.passes / 2));
  const least = async (run) => Math.min((await run()).seconds, (await run()).seconds);
  const forCaptum = await best(candidates, (batch) => least(() => captum(setting, batch, grid)));
  const forPlain = await best(candidates, (batch) => least(() => plain(setting, batch, grid)));
  return {
    captum: forCaptum,
    plain: forPlain,
    forward,
  };
}

/** That a peer's cost does not depend on the place. */
async function whereItStands(setting, { plain: batch }) {
  const at = (start) => ({
    size: 16,
    tops: [0, 1, 2, 3].map((i) => start + i),
    lefts: [0, 1, 2, 3].map((i) => start + i),
  });
  const run = (start) => async () => (await plain(setting, batch, at(start))).seconds;
  const [corner, middle] = (await alternate([run(0), run(setting.side / 2)], { repeats: 5 })).map(median);
  return `PyTorch on 16 positions in the corner takes ${(corner / middle).toFixed(3)} of the time in the middle`;
}

/** Covered copies through our whole network, as PyTorch's plain way. */
function ourFull({ network, input, target, fill }, { size, tops, lefts }) {
  const { openForward } = built('explain/network/executors/forward.js');
  const { batchSize } = built('explain/network/batch-size.js');
  const places = tops.flatMap((top) => lefts.map((left) => [top, left]));
  const session = openForward(network, { copies: places.length });
  const batch = batchSize(network, 512);
  const length = input.values.length;
  const run = () => {
    const clean = session.run(input.values, 1)[target];
    const drops = [];
    const copies = new Float32Array(Math.min(batch, places.length) * length);
    for (let first = 0; first < places.length; first += batch) {
      const some = places.slice(first, first + batch);
      some.forEach(([top, left], i) => {
        copies.set(input.values, i * length);
        for (let y = top; y < Math.min(input.height, top + size); y++) {
          for (let x = left; x < Math.min(input.width, left + size); x++) {
            copies.set(fill, i * length + (y * input.width + x) * 3);
          }
        }
      });
      const raw = session.run(copies.subarray(0, some.length * length), some.length);
      drops.push(...some.map((_, i) => clean - raw[i * session.outputs + target]));
    }
    return drops;
  };
  return { run, batch, close: session.close };
}

async function cell(plan, setting, tuned, { size, stride }, log) {
  const { network, photo, target, side } = setting;
  const { occlusion } = built('explain/methods/occlusion.js');
  const shapes = built('explain/network/node-shapes.js').nodeShapes(network.graph, network.inputShape);
  const perAxis = positions(side, size, stride).length;
  const thin = thinning(perAxis, Math.max(9, (3 * plan.ourSeconds) / tuned.forward));
  const ourStarts = positions(side, size, stride * thin);
  const grid = peerGrid(setting, { size, stride }, peerPositions(plan, tuned.forward), thin);
  const full = ourFull(setting, grid);
  const maps = new Map();
  const incremental = async () => {
    const { took, result } = await seconds(() => occlusion(network, photo, { target, size, stride: stride * thin }));
    const { logits } = result.grid;
    maps.set('Whylight', {
      tops: ourStarts,
      lefts: ourStarts,
      drops: logits.map((logit) => result.target.logit - logit),
    });
    return took;
  };
  const sides = [
    { name: 'Captum, default', run: async () => (await captum(setting, 1, grid)).seconds },
    { name: `Captum, batch ${tuned.captum}`, run: async () => (await captum(setting, tuned.captum, grid)).seconds },
    { name: `PyTorch, batch ${tuned.plain}`, run: async () => (await plain(setting, tuned.plain, grid)).seconds },
    {
      name: `Whylight, every pass whole, batch ${full.batch}`,
      run: async () => {
        const { took, result } = await seconds(full.run);
        maps.set('full', { ...grid, drops: result });
        return took;
      },
    },
    { name: 'Whylight', run: incremental },
  ];
  const times = await alternate(
    sides.map(({ run }) => run),
    { repeats: plan.repeats },
  );
  full.close();
  const drops = readFloats(out(setting, 'plain'));
  const reference = { ...grid, drops };
  const wholeMap = mapOfDrops(drops, { ...grid, side });
  const difference = (name) => {
    if (name.startsWith('Captum')) {
      const covered = (_, i) => !Number.isNaN(wholeMap[i]);
      return shareOfRange(readFloats(out(setting, 'captum')).filter(covered), wholeMap.filter(covered));
    }
    if (name.startsWith('PyTorch')) return null;
    return shareOfRange(...sharedDrops(maps.get(name.includes('whole') ? 'full' : name), reference));
  };
  const needed = neededWork(network, shapes, { size, tops: ourStarts, lefts: ourStarts });
  const rows = sides.map(({ name }, i) => {
    const our = name === 'Whylight';
    const passes = our ? ourStarts.length ** 2 : grid.passes;
    return {
      section: 'occlusion',
      cell: `${network.title}, ${side} px, occluder ${size}, stride ${stride}`,
      architecture: network.architecture,
      side,
      size,
      stride,
      name,
      ours: name.startsWith('Whylight'),
      // Of the field: what a ratio is taken to.
      peer:
        name === `Captum, batch ${tuned.captum}` ? 'Captum at its best' : name.startsWith('PyTorch') ? 'PyTorch' : null,
      unit: 'position',
      items: our ? ourStarts.length ** 2 : grid.tops.length ** 2,
      of: perAxis ** 2,
      seconds: times[i],
      each: median(times[i]) / passes,
      difference: difference(name),
      work: our ? needed : forwardWork(network),
    };
  });
  for (const row of rows) log(`    ${row.size} px: ${row.name}: ${(1000 * row.each).toFixed(1)} ms a position`);
  return rows;
}
