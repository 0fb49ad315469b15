import { z } from 'zod';
import { defineBaseline } from './define-baseline';

export const blurredBaseline = defineBaseline({
  name: 'blurred',
  title: 'Blurred copy',
  knows: 'map',
  sentence: 'is a method’s map, blurred by a Gaussian',
  caution: 'says nothing that the map does not: where it is better, the measure rewards smoothness',
  schema: z.strictObject({
    sigma: z
      .number()
      .gt(0)
      .max(1)
      .default(0.04)
      .meta({ description: 'standard deviation of the Gaussian', unit: 'share of the input’s shorter side' }),
  }),
  values: ({ look, map }, { sigma }) => {
    if (!map) return null;
    const { width, height } = look.input;
    const weights = gaussianWeights(sigma * Math.min(width, height));
    const rows = blurLines(map.values, { lines: height, length: width, step: 1, apart: width }, weights);
    const values = blurLines(rows, { lines: width, length: height, step: width, apart: 1 }, weights);
    return { values: Float32Array.from(values), from: map };
  },
});

/** Weights at distance 0, 1, … up to four standard deviations. */
function gaussianWeights(deviation: number): readonly number[] {
  return Array.from({ length: Math.floor(4 * deviation + 0.5) + 1 }, (_, distance) =>
    Math.exp(-(distance ** 2) / (2 * deviation ** 2)),
  );
}

/** How the lines of one axis lie in a map. */
interface Lines {
  readonly lines: number;
  readonly length: number;
  /** From a pixel to the next of its line, and from a line to the next. */
  readonly step: number;
  readonly apart: number;
}

/** The weighted mean of what lies in the map, so that its border is no darker than its middle. */
function blurLines(values: ArrayLike<number>, { lines, length, step, apart }: Lines, weights: readonly number[]) {
  const result = new Float64Array(values.length);
  const reach = weights.length - 1;
  for (let at = 0; at < length; at++) {
    const [from, to] = [Math.max(0, at - reach), Math.min(length - 1, at + reach)];
    let total = 0;
    for (let i = from; i <= to; i++) total += weights[Math.abs(i - at)]!;
    for (let line = 0; line < lines; line++) {
      let sum = 0;
      for (let i = from; i <= to; i++) sum += weights[Math.abs(i - at)]! * values[line * apart + i * step]!;
      result[line * apart + at * step] = sum / total;
    }
  }
  return result;
}
