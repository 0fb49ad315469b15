import path from 'node:path';
import { alternate, best } from './alternate.mjs';
import { built } from './networks.mjs';
import { median } from './numbers.mjs';
import { thinning } from './positions.mjs';

const { positions } = built('explain/methods/occlusion.js');

/** Where a peer leaves its numbers. */
export const out = ({ folder }, name) => path.join(folder, `${name}.f32`);

const ask = (setting, way, batch, grid) =>
  setting.peers.ask(`${way}_occlusion`, {
    target: setting.target,
    batch,
    ...grid,
    fill: setting.fill,
    out: out(setting, way),
  });

/** Covered copies through PyTorch's network. */
export const plain = (setting, batch, { size, tops, lefts }) => ask(setting, 'plain', batch, { size, tops, lefts });

export const captum = (setting, batch, { size, stride, every }) =>
  ask(setting, 'captum', batch, { size, stride, every });

/** The peers' positions, `multipleOf` apart or more: the clean photo, which they run first, counts as one more. */
export function peerGrid({ side }, { size, stride }, wanted, multipleOf = 1) {
  const all = positions(side, size, stride);
  const every = multipleOf * thinning(Math.ceil(all.length / multipleOf), wanted);
  const starts = all.filter((_, i) => i % every === 0);
  return { size, stride, every, tops: starts, lefts: starts, passes: starts.length ** 2 + 1 };
}

/** How many positions to time the peers on: as many as their seconds allow, 4 × 4 at least, of slow passes 3 × 3. */
export const peerPositions = ({ peerSeconds }, forward) => Math.max(forward > 0.5 ? 9 : 16, peerSeconds / forward);

/** The peers' best batch sizes on this network, how long a forward pass takes them, and the logits it gives. */
export async function tune(plan, setting, occluder) {
  await setting.peers.ask('forward', { batch: 1 });
  const { seconds: forward, logits } = await setting.peers.ask('forward', { batch: 1 });
  const wanted = Math.min(64, peerPositions(plan, forward));
  const grid = peerGrid(setting, occluder, wanted);
  const candidates = [1, 2, 4, 8, 16, 32].filter((batch) => batch <= Math.max(2, grid.passes / 2));
  const forCaptum = await best(
    candidates,
    twiceIfClose((batch) => captum(setting, batch, grid)),
  );
  const forPlain = await best(
    candidates,
    twiceIfClose((batch) => plain(setting, batch, grid)),
  );
  return { captum: forCaptum, plain: forPlain, forward, logits };
}

/** Measures a candidate again, and takes the lesser, where the first time is within a fifth of the least so far. */
function twiceIfClose(run) {
  let least = Number.POSITIVE_INFINITY;
  return async (candidate) => {
    let { seconds } = await run(candidate);
    if (seconds < 1.2 * least) seconds = Math.min(seconds, (await run(candidate)).seconds);
    least = Math.min(least, seconds);
    return seconds;
  };
}

/** That a peer's cost does not depend on the place. */
export async function whereItStands(setting, { plain: batch }) {
  const at = (start) => ({
    size: 16,
    tops: [0, 1, 2, 3].map((i) => start + i),
    lefts: [0, 1, 2, 3].map((i) => start + i),
  });
  const run = (start) => async () => (await plain(setting, batch, at(start))).seconds;
  const [corner, middle] = (await alternate([run(0), run(setting.side / 2)], { repeats: 5 })).map(median);
  return `PyTorch on 16 positions in the corner takes ${(corner / middle).toFixed(3)} of the time in the middle`;
}
