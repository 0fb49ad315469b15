import type { MeasureOutcome } from './define-measure';
import { type Alike, type Similarity, similarities, similarityTo } from './similarity/map-similarity';

/**
 * What is said of a map and those of a network that was drawn anew step by step: the mean similarity over the steps, the
 * original (which is like itself) not among them; in parts the mean and the last step's of every similarity.
 */
export function similaritySteps(
  original: Float32Array,
  steps: readonly Float32Array[],
  { height, width, similarity }: { readonly height: number; readonly width: number; readonly similarity: Similarity },
): MeasureOutcome {
  const alike = steps.map(similarityTo(original, { height, width, absolute: true }));
  if (alike[0]![similarity] === undefined) return tooSmall(similarity, height, width);
  const parts: Record<string, number> = {};
  for (const name of similarities) {
    if (alike[0]![name] === undefined) continue;
    parts[name] = meanOf(alike, name);
    parts[`${name}, all drawn anew`] = alike.at(-1)![name]!;
  }
  return {
    value: parts[similarity]!,
    curve: {
      x: [0, ...steps.map((_, i) => (i + 1) / steps.length)],
      y: [1, ...alike.map((one) => one[similarity]!)],
    },
    parts,
  };
}

/** Mean of one similarity over several. */
export const meanOf = (alike: readonly Alike[], name: Similarity): number =>
  alike.reduce((sum, one) => sum + one[name]!, 0) / alike.length;

/** A similarity that a map is too small for. */
export const tooSmall = (similarity: Similarity, height: number, width: number): MeasureOutcome => ({
  value: null,
  notes: [`a map of ${height}×${width} px is too small for ${similarity}`],
});
