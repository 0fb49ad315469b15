import { look } from '../../src/explain/look';
import type { MeasureCase, MeasuredMap, Thing } from '../../src/explain/measures/define-measure';
import { linearNetwork } from './networks';
import { drawnPhoto } from './pictures';

/** A map that no method made: signed, unless `more` says otherwise. */
export const mapOf = (values: Float32Array | readonly number[], more: Partial<MeasuredMap> = {}): MeasuredMap => ({
  name: 'map',
  values: Float32Array.from(values),
  signed: true,
  seeded: false,
  remake: null,
  cost: null,
  ...more,
});

/**
 * A photo before a network of one dense layer, whose score is the sum of what its pixels add: `contributions`, by which every
 * measure of what removing pixels (to 0) takes is known.
 * @param weights H × W × 3, of the first of two classes; the other's score is 0.
 */
export function linearCase(height: number, width: number, weights: Float32Array) {
  const both = new Float32Array(2 * weights.length);
  both.set(weights);
  const seen = look(linearNetwork([height, width], both, [0.5, 0]), drawnPhoto(height, width, 11));
  const contributions = Float32Array.from({ length: height * width }, (_, i) =>
    [0, 1, 2].reduce((sum, c) => sum + weights[3 * i + c]! * seen.input.values[3 * i + c]!, 0),
  );
  const measured: MeasureCase = { look: seen, target: seen.target(0), mask: null, things: null, seed: 5 };
  return { measured, contributions, close: seen.close };
}

/** A thing in a scene. */
export const thingOf = (name: string, mask: Uint8Array, worth: number, of: string | null = null): Thing => ({
  name,
  of,
  mask,
  worth,
});
