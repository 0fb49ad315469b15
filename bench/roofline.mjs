import { built } from './networks.mjs';

/** GFLOP/s of a product of two large square matrices, the best of several: our engine's and PyTorch's, in turn. */
export async function matrixRates(peers, { size = 2048, repeats = 6 } = {}) {
  const { tf } = built('explain/engine.js');
  const work = 2 * size ** 3;
  const best = { whylight: 0, torch: 0 };
  const [a, b] = [0, 1].map((seed) => tf.randomUniform([size, size], -1, 1, 'float32', seed));
  for (let round = 0; round < repeats; round++) {
    const started = performance.now();
    // The engine computes before it returns.
    tf.matMul(a, b).dispose();
    best.whylight = Math.max(best.whylight, (work / (performance.now() - started)) * 1e-6);
    const { seconds } = await peers.ask('matmul', { size, repeats: 1 });
    best.torch = Math.max(best.torch, (work / seconds) * 1e-9);
  }
  tf.dispose([a, b]);
  return best;
}

/** Adds to each row the GFLOP/s it reached and its share of the faster of the two rates; null where work is not counted. */
export function withRoof(rows, rates) {
  const roof = Math.max(rates.whylight, rates.torch);
  return rows.map((row) => {
    const gflops = row.work === null ? null : (2 * row.work) / row.each / 1e9;
    return { ...row, gflops, roofShare: gflops === null ? null : gflops / roof };
  });
}
