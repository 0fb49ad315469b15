import type { MeasuredMap } from '../../src/explain/measures/define-measure';

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
