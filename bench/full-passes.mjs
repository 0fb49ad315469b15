import { built } from './networks.mjs';

/** Covered copies through our whole network, as PyTorch's plain way: some of the `of` that the whole map has. */
export function fullPasses({ network, input, target, fill }, { size, tops, lefts }, of) {
  const { openForward } = built('explain/network/executors/forward.js');
  const { batchSize } = built('explain/network/batch-size.js');
  const places = tops.flatMap((top) => lefts.map((left) => [top, left]));
  // Parts of one length, as nearly all of a whole map's are.
  const batch = Math.ceil(places.length / Math.ceil(places.length / batchSize(network, 512)));
  const session = openForward(network, { copies: of, batch });
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
