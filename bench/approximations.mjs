import { ALIKE } from './aims.mjs';
import { built } from './networks.mjs';
import { roundedDown } from './numbers.mjs';

const { approximateScores, largestCoarse } = built('explain/methods/occlusion-approximate.js');
const { meanOverWindows } = built('explain/methods/occlusion-map.js');
const { rankCorrelation } = built('explain/statistics/rank-correlation.js');

/** Half, tried on ResNet-18 and SqueezeNet, stayed below 0.97. */
const growths = [0.75];
const coarses = [2, 3, 4, 6, 8];
const refines = [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];

/** Spearman's correlation of a map with the exact one: of their pixels, and of the positions' logits. */
export const agreement = (map, exact) => ({
  pixels: rankCorrelation(map.values, exact.values),
  positions: rankCorrelation(map.grid.logits, exact.grid.logits),
});

/** `coarse 3, refine 0.15` */
export const said = (options) =>
  ['growth', 'coarse', 'refine']
    .filter((key) => options[key] !== undefined)
    .map((key) => `${key} ${options[key]}`)
    .join(', ');

/**
 * One pixel of each stride × stride: in between nothing changes where the occluder's size is a multiple of its stride,
 * and to rank every pixel for every candidate takes long.
 */
function sampled({ height, width, grid: { tops, lefts } }, values) {
  const some = (length, starts) => Array.from({ length }, (_, i) => i).filter((i) => i % (starts[1] - starts[0]) === 0);
  const columns = some(width, lefts);
  return Float32Array.from(
    some(height, tops).flatMap((y) => columns.map((x) => y * width + x)),
    (at) => values[at],
  );
}

/**
 * What a coarse grid, refined, would give and take, from a map of which every position is known: about the correlation
 * of its pixels with the exact map's, and its share of the whole map's time.
 *
 * @param known `{ seconds, result }` of a call with the candidate's growth on every position.
 */
export async function foreseen(candidate, known, exact) {
  const { grid, height, width, target } = known.result;
  let computed = 0;
  const pick = async (_, { indices }) => {
    computed += indices.length;
    return Float32Array.from(indices, (index) => grid.logits[index]);
  };
  const options = { growth: 1, gates: 'exact', precision: 'float32', ...candidate, check: 0, seed: 0 };
  const [{ scores }] = await approximateScores({ ...grid, width: 1, targets: 1 }, options, pick);
  const map = meanOverWindows({ ...grid, logits: scores }, target.logit, height, width);
  return {
    candidate,
    seconds: (known.seconds * computed) / grid.logits.length,
    pixels: rankCorrelation(sampled(exact, map), sampled(exact, exact.values)),
  };
}

/**
 * The fastest approximation whose map has a rank correlation of at least `enough` with the exact one, found by trial;
 * where none has, the one with the highest. One whole map for each growth tells what every coarse grid would give; the
 * few that should be fastest are run.
 *
 * @param exact `{ seconds, result }` of the exact call.
 * @param run calls occlusion with options, and returns the same.
 * @param {{ enough?: number, trials?: number, log?: (line: string) => void }} [how]
 */
export async function bestApproximation(exact, run, { enough = ALIKE, trials = 3, log = () => {} } = {}) {
  const all = [];
  for (const growth of [1, ...growths]) {
    const known = growth === 1 ? exact : await run({ growth, check: 0 });
    const frozen = growth === 1 ? {} : { growth };
    if (growth < 1) {
      const { pixels } = agreement(known.result, exact.result);
      all.push({ candidate: frozen, seconds: known.seconds, pixels });
      log(`    ${said(frozen)}: correlation ${roundedDown(pixels, 3)}, ${known.seconds.toFixed(2)} s`);
    }
    const { rows, columns } = exact.result.grid;
    for (const coarse of coarses.filter((each) => each <= largestCoarse([rows, columns]))) {
      for (const refine of refines) {
        all.push(await foreseen({ ...frozen, coarse, refine }, known, exact.result));
      }
    }
  }
  const nearest = all.reduce((most, each) => (each.pixels > most.pixels ? each : most));
  const good = all.filter(({ pixels }) => pixels >= enough).sort((a, b) => a.seconds - b.seconds);
  const tried = [];
  const held = () => tried.filter(({ pixels }) => pixels >= enough);
  for (const { candidate } of good.length > 0 ? good : [nearest]) {
    const { seconds, result } = await run(candidate);
    tried.push({ candidate, seconds, ...agreement(result, exact.result) });
    log(`    ${said(candidate)}: correlation ${roundedDown(tried.at(-1)?.pixels, 3)}, ${seconds.toFixed(2)} s`);
    if (held().length === trials || (held().length > 0 && tried.length >= 2 * trials)) break;
  }
  if (held().length > 0) return held().reduce((least, each) => (each.seconds < least.seconds ? each : least));
  return tried.reduce((most, each) => (each.pixels > most.pixels ? each : most));
}
