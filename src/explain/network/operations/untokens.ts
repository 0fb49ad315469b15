import { tf } from '../../engine';
import type { Pair } from '../kernels/sliding';
import { sequenceShape, wholeMap } from './bases';
import type { OperationDescription } from './operation';

/** Tokens as the cells of a map again, without the first `skip`. */
export interface Untokens {
  readonly kind: 'untokens';
  /** Rows and columns. */
  readonly grid: Pair;
  /** Tokens before the first cell. */
  readonly skip: number;
}

export const untokens: OperationDescription<Untokens> = {
  ...wholeMap,
  kind: 'untokens',
  title: ({ grid }) => `tokens as ${grid.join('×')} cells`,
  shape: ({ grid, skip }, [sequence], name) => {
    const [count, channels] = sequenceShape(name, sequence!);
    return [count === grid[0] * grid[1] + skip ? grid[0] : 0, grid[1], channels];
  },
  forward: ({ grid, skip }, { inputs: [x] }) => {
    const [batch, count, , channels] = x!.shape as [number, number, number, number];
    return tf.reshape(tf.slice(x!, [0, skip, 0, 0], [batch, count - skip, 1, channels]), [batch, ...grid, channels]);
  },
};
