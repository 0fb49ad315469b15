import { tf } from '../../engine';
import { wholeMap } from './bases';
import type { OperationDescription } from './operation';

/** A rectangle of a map, its upper left corner at (`top`, `left`). */
export interface Crop {
  readonly kind: 'crop';
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

export const crop: OperationDescription<Crop> = {
  ...wholeMap,
  kind: 'crop',
  title: ({ height, width }) => `crop to ${height}×${width}`,
  shape: ({ top, left, height, width }, [map]) => [
    top >= 0 && top + height <= map![0]! ? height : 0,
    left >= 0 && left + width <= map![1]! ? width : 0,
    map![2]!,
  ],
  forward: ({ top, left, height, width }, { inputs: [x] }) =>
    tf.slice(x!, [0, top, left, 0], [x!.shape[0]!, height, width, x!.shape[3]!]),
  backward: {
    reads: () => [],
    slopes: ({ top, left, height, width }, dy, { shapes }) => {
      const [rows, columns] = shapes[0] as [number, number, number];
      return [
        tf.pad(dy, [
          [0, 0],
          [top, rows - top - height],
          [left, columns - left - width],
          [0, 0],
        ]),
      ];
    },
  },
};
