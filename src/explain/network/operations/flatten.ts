import { tf } from '../../engine';
import { wholeMap } from './bases';
import { type Doubles, numbersIn, type OperationDescription, type Plain } from './operation';

/** Where each number of H×W×C stands in PyTorch's channel-first order. */
const channelFirst = ({ shape: [height, width, channels] }: Doubles, at: number) =>
  (at % channels!) * height! * width! + Math.floor(at / channels!);

/** H×W×C to C·H·W in PyTorch's channel-first order. */
export const flatten: OperationDescription<Plain<'flatten'>> = {
  ...wholeMap,
  kind: 'flatten',
  title: () => 'flatten',
  shape: (_, [map]) => [numbersIn(map!)],
  forward: (_, { inputs: [x] }) => tf.reshape(tf.transpose(x!, [0, 3, 1, 2]), [x!.shape[0]!, -1]),
  backward: {
    reads: () => [],
    slopes: (_, dy, { shapes }) => {
      const [height, width, channels] = shapes[0] as [number, number, number];
      return [tf.transpose(tf.reshape(dy, [dy.shape[0]!, channels, height, width]), [0, 2, 3, 1])];
    },
  },
  double: {
    forward: (_, [x]) => {
      const result = new Float64Array(x!.values.length);
      x!.values.forEach((value, at) => {
        result[channelFirst(x!, at)] = value;
      });
      return result;
    },
    backward: (_, { inputs: [x], dy }) => [x!.values.map((__, at) => dy.values[channelFirst(x!, at)]!)],
  },
};
