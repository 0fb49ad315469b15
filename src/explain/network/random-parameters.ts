import { seededRandom } from '../random';
import type { Graph } from './graph';
import type { Parameter } from './network';
import { numbersIn } from './operations/operation';
import { graphWeights } from './parameter-shapes';

/**
 * Seeded starting values: weights uniform in ±√(6 / fan-in) (He), biases and running means 0, scales and running
 * variances 1. One stream of `seededRandom(seed)` runs through the parameters in the graph's order, so that
 * another language draws the same numbers.
 */
export function randomParameters(
  graph: Graph,
  inputShape: readonly [number, number, number],
  seed: number,
): Map<string, Parameter> {
  const random = seededRandom(seed);
  const result = new Map<string, Parameter>();
  for (const [name, { shape, start }] of graphWeights(graph, inputShape)) {
    const values = new Float32Array(numbersIn(shape));
    if (start === 'uniform') {
      const bound = Math.sqrt(6 / (values.length / shape[0]!));
      for (let i = 0; i < values.length; i++) values[i] = (2 * random() - 1) * bound;
    } else values.fill(start);
    result.set(name, { shape, values });
  }
  return result;
}
