import type { Activation } from '../network/executors/activations';
import { seededRandom } from '../random';
import { defineMethod } from './define-method';
import { activationLayerMaps, layerSchema } from './layer-map';

export const eigenCamMethod = defineMethod({
  name: 'eigen-cam',
  title: 'Eigen-CAM',
  unit: 'first component',
  bibtex: `@inproceedings{muhammad2020eigencam, author = {Muhammad, Mohammed Bany and Yeasin, Mohammed},
    title = {Eigen-CAM: Class Activation Map Using Principal Components}, booktitle = {IJCNN}, year = {2020}, eprint = {2008.00299}}`,
  formula: String.raw`E(x,y) = v_1^{\top} \bigl(f(x,y) - \bar{f}\bigr), \quad v_1 \text{ the first principal component of the channels}`,
  where: String.raw`$\bar{f}$ is the mean over the places`,
  sentence: 'shows the first principal component of the channels, for no class in particular',
  use: 'to see what a layer answers to most, whatever the class',
  avoid: 'to explain a class: the map is the same for all',
  cost: 'one forward pass',
  passes: () => 1,
  needs: [],
  perTarget: 'nothing',
  schema: layerSchema,
  explain: async (look, targets, { layer }) =>
    activationLayerMaps(look, layer, {
      signed: true,
      combine: async (_, map) => {
        const component = firstComponent(map);
        return targets.map(() => component);
      },
    }),
});

/**
 * Eigen-CAM: the projection of the layer's activations, centred for each channel over the places, on their first
 * principal component (Muhammad and Yeasin 2020, arXiv:2008.00299). It depends on no class. The sign of a component is
 * arbitrary: here places with more activation than the mean are positive. Signed.
 *
 * @throws WhylightError for an unknown target or layer.
 */
export const eigenCam: typeof eigenCamMethod.run = eigenCamMethod.run;

const ROUNDS = 5000;

/** Projection of centred places × channels on the first principal component. */
export function firstComponent({ height, width, channels, values }: Activation): Float32Array {
  const places = height * width;
  const centred = Float64Array.from(values);
  const level = new Float64Array(places);
  for (let k = 0; k < channels; k++) {
    let sum = 0;
    for (let at = 0; at < places; at++) sum += values[at * channels + k]!;
    for (let at = 0; at < places; at++) {
      centred[at * channels + k]! -= sum / places;
      level[at]! += centred[at * channels + k]!;
    }
  }
  // Of the two matrices of inner products, by places and by channels, the smaller one: both have the same values.
  const byPlace = places <= channels;
  const [size, other] = byPlace ? [places, channels] : [channels, places];
  const [along, across] = byPlace ? [channels, 1] : [1, channels];
  const products = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let m = 0; m < other; m++) sum += centred[i * along + m * across]! * centred[j * along + m * across]!;
      products[i * size + j] = sum;
      products[j * size + i] = sum;
    }
  }
  const { vector, value } = firstEigenvector(products, size);
  const projection = new Float64Array(places);
  for (let at = 0; at < places; at++) {
    if (byPlace) projection[at] = vector[at]! * Math.sqrt(value);
    else for (let k = 0; k < channels; k++) projection[at]! += vector[k]! * centred[at * channels + k]!;
  }
  const sign = orientation(projection, level);
  return Float32Array.from(projection, (v) => sign * v);
}

/** 1, or −1 where the projection falls as the summed activation rises; without a relation its largest value is positive. */
function orientation(projection: Float64Array, level: Float64Array): number {
  const relation = projection.reduce((sum, value, at) => sum + value * level[at]!, 0);
  const scale = Math.hypot(...projection) * Math.hypot(...level);
  if (Math.abs(relation) > 1e-9 * scale) return Math.sign(relation);
  const largest = projection.reduce((top, value) => (Math.abs(value) > Math.abs(top) ? value : top), 0);
  return largest < 0 ? -1 : 1;
}

/** Largest eigenvalue of a positive semidefinite matrix and its vector, by power iteration. */
function firstEigenvector(matrix: Float64Array, size: number): { vector: Float64Array; value: number } {
  // Drawn: any chosen start could be orthogonal to the vector sought.
  const random = seededRandom(0);
  let vector = Float64Array.from({ length: size }, () => random() - 0.5);
  let value = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let j = 0; j < size; j++) sum += matrix[i * size + j]! * vector[j]!;
      next[i] = sum;
    }
    value = Math.hypot(...next);
    if (value === 0) return { vector: next, value };
    let change = 0;
    for (let i = 0; i < size; i++) {
      next[i]! /= value;
      change = Math.max(change, Math.abs(next[i]! - vector[i]!));
    }
    vector = next;
    if (change < 1e-12) break;
  }
  return { vector, value };
}
