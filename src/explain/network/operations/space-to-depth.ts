import { tf } from '../../engine';
import { wholeMap } from './bases';
import type { OperationDescription } from './operation';

/** Blocks of cells as one cell each, their channels one after another, row by row. */
export interface SpaceToDepth {
  readonly kind: 'spaceToDepth';
  /** Side of a block: divides rows and columns. */
  readonly block: number;
}

export const spaceToDepth: OperationDescription<SpaceToDepth> = {
  ...wholeMap,
  kind: 'spaceToDepth',
  title: ({ block }) => `blocks of ${block}×${block} cells as channels`,
  shape: ({ block }, [map]) => {
    const [rows, columns] = [map![0]! / block, map![1]! / block];
    return [Number.isInteger(rows) ? rows : 0, Number.isInteger(columns) ? columns : 0, map![2]! * block * block];
  },
  forward: ({ block }, { inputs: [x] }) => {
    const [batch, height, width, channels] = x!.shape as [number, number, number, number];
    const parts = tf.reshape(x!, [batch, height / block, block, width / block, block, channels]);
    return tf.reshape(tf.transpose(parts, [0, 1, 3, 2, 4, 5]), [
      batch,
      height / block,
      width / block,
      block * block * channels,
    ]);
  },
};
