import { tf } from '../../engine';
import { gatherRows } from './gather-rows';
import type { Padding } from './sliding';
import { IN, OUT } from './winograd-plan';

/**
 * Where the tile's polynomials are taken, ∞ beside them. Of thirteen symmetric and mixed choices these lost least: the
 * error of a convolution with 256 channels is twice that of the engine's direct one, with 0, ±1, ±2 seven times.
 */
const POINTS = [0, Math.SQRT1_2, -Math.SQRT1_2, Math.SQRT2, -Math.SQRT2];

/** Coefficients, lowest first, of the polynomial with these roots. */
function polynomial(roots: readonly number[]): number[] {
  let result = [1];
  for (const root of roots) {
    const [raised, scaled] = [
      [0, ...result],
      [...result, 0],
    ];
    result = raised.map((value, i) => value - root * scaled[i]!);
  }
  return result;
}

/** The three matrices of F(4, 3) along one axis (Cook and Toom): rows of weights, inputs and outputs. */
function cookToom() {
  const others = POINTS.map((point) => POINTS.filter((other) => other !== point));
  const scales = POINTS.map((point, i) => others[i]!.reduce((product, other) => product * (point - other), 1));
  return {
    weights: [...POINTS.map((point, i) => [1, point, point ** 2].map((power) => power / scales[i]!)), [0, 0, 1]],
    inputs: [...others.map((roots) => [...polynomial(roots), 0]), polynomial(POINTS)],
    outputs: Array.from({ length: OUT }, (_, power) => [...POINTS.map((p) => p ** power), power === OUT - 1 ? 1 : 0]),
  };
}

/** One matrix for both axes: the Kronecker product with itself. */
function bothAxes(matrix: readonly (readonly number[])[]): readonly number[][] {
  return matrix.flatMap((down) => matrix.map((across) => down.flatMap((d) => across.map((a) => d * a))));
}

const matrices = cookToom();
const WEIGHTS = bothAxes(matrices.weights);
const INPUTS = bothAxes(matrices.inputs);
const OUTPUTS = bothAxes(matrices.outputs);

const plane = (matrix: readonly number[][]) => tf.tensor2d(matrix as number[][], undefined, 'float32');

/** A 3×3 kernel, 3 × 3 × in × out, as `convolveWinograd` wants it: 36 × in × out. */
export function winogradWeight(weight: tf.Tensor4D): tf.Tensor3D {
  const [, , channels, filters] = weight.shape;
  return tf.tidy(() =>
    tf.reshape(tf.matMul(plane(WEIGHTS), tf.reshape(weight, [9, channels * filters])), [IN * IN, channels, filters]),
  );
}

/**
 * A 3×3 convolution of stride 1 without its bias, in 36 multiply-adds for each 16 outputs where the direct way takes
 * 144 (Winograd's F(4×4, 3×3); Lavin and Gray 2016, arXiv:1509.09308). Equal to it but for float32 rounding.
 *
 * @param x batch × H × W × C.
 * @param weight of `winogradWeight`.
 */
export function convolveWinograd(x: tf.Tensor4D, weight: tf.Tensor3D, padding: Padding): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const filters = weight.shape[2];
  const [top, bottom, left, right] = padding;
  const [rows, columns] = [height + top + bottom - 2, width + left + right - 2];
  const [down, across] = [Math.ceil(rows / OUT), Math.ceil(columns / OUT)];
  const tiles = down * across * batch;
  const inputs = tf.tidy(() => {
    const cells = tf.pad(tf.reshape(x, [batch * height * width, channels]), [
      [0, 1],
      [0, 0],
    ]);
    const indices = inputCells(batch, [height, width], [top, left], [down, across]);
    const flat = tf.reshape(gatherRows(cells, indices, [IN * IN, tiles]), [IN * IN, tiles * channels]);
    return tf.reshape(tf.matMul(plane(INPUTS), flat), [IN * IN, tiles, channels]);
  });
  const products = tf.matMul(inputs, weight);
  inputs.dispose();
  return tf.tidy(() => {
    const flat = tf.reshape(products, [IN * IN, tiles * filters]);
    const outputs = tf.reshape(tf.matMul(plane(OUTPUTS), flat), [OUT * OUT * tiles, filters]);
    products.dispose();
    return gatherRows(outputs, outputCells(batch, [rows, columns], [down, across]), [batch, rows, columns]);
  });
}

/** For each of a tile's 36 cells, then tile by tile and copy by copy: where it lies in the batch; after it, outside. */
function inputCells(
  batch: number,
  [height, width]: readonly [number, number],
  [top, left]: readonly [number, number],
  [down, across]: readonly [number, number],
): Int32Array {
  const outside = batch * height * width;
  const result = new Int32Array(IN * IN * down * across * batch);
  let at = 0;
  for (let cell = 0; cell < IN * IN; cell++) {
    for (let tile = 0; tile < down * across; tile++) {
      const row = OUT * Math.floor(tile / across) + Math.floor(cell / IN) - top;
      const column = OUT * (tile % across) + (cell % IN) - left;
      const inside = row >= 0 && row < height && column >= 0 && column < width;
      for (let copy = 0; copy < batch; copy++) {
        result[at++] = inside ? (copy * height + row) * width + column : outside;
      }
    }
  }
  return result;
}

/** For each output of the batch: its row among the tiles' 16 cells, counted cell by cell, tile by tile, copy by copy. */
function outputCells(
  batch: number,
  [rows, columns]: readonly [number, number],
  [down, across]: readonly [number, number],
): Int32Array {
  const result = new Int32Array(batch * rows * columns);
  let at = 0;
  for (let copy = 0; copy < batch; copy++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const cell = (row % OUT) * OUT + (column % OUT);
        const tile = Math.floor(row / OUT) * across + Math.floor(column / OUT);
        result[at++] = (cell * down * across + tile) * batch + copy;
      }
    }
  }
  return result;
}
