import { tf } from '../../engine';
import { native } from '../kernels/native';
import type { Backward, ReluRule } from './operation';

/** max(0, x), at most `ceiling`, with the given backward rule. */
export function rectify(x: tf.Tensor, rule: ReluRule, ceiling: number): tf.Tensor {
  const capped = ceiling !== Number.POSITIVE_INFINITY;
  // The engine's own gradient of a ReLU6 also passes where x is 6, and a clip's where x is 0.
  if (rule === 'gradient' && !capped) return tf.relu(x);
  const ruled = tf.customGrad((v, save) => {
    (save as tf.GradSaveFunc)([v as tf.Tensor]);
    return {
      value: capped ? tf.clipByValue(v as tf.Tensor, 0, ceiling) : tf.relu(v as tf.Tensor),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const passed = rule === 'gradient' ? dy : tf.relu(dy);
        if (rule === 'deconvolution') return passed;
        const open = tf.logicalAnd(tf.greater(saved[0]!, 0), tf.less(saved[0]!, ceiling));
        return tf.mul(passed, tf.cast(open, 'float32'));
      },
    };
  });
  return ruled(x);
}

/**
 * The slope at a ReLU's input, by each rule, from that at its output. The output is not read by `deconvolution`; where it is
 * 0, or a ReLU6's is 6, so or beyond was the input.
 *
 * @param gradient TensorFlow's operation.
 */
export const rectifierBackward = (gradient: 'ReluGrad' | 'Relu6Grad'): Backward<unknown> => ({
  reads: (_, rule) => (rule === 'deconvolution' ? [] : ['output']),
  slopes: (_, dy, { reluRule, output }) => {
    const passed = reluRule === 'gradient' ? dy : tf.relu(dy);
    return [reluRule === 'deconvolution' ? passed : native(gradient, {}, [passed, output()])];
  },
});

/** What a function that lets pass what is above 0 gives; its slope is a ReLU's where another rule than the gradient holds. */
export function withReluRule(x: tf.Tensor, rule: ReluRule, value: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  if (rule === 'gradient') return value(x);
  const ruled = tf.customGrad((v, save) => {
    (save as tf.GradSaveFunc)([v as tf.Tensor]);
    return {
      value: value(v as tf.Tensor),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => gatedSlope(dy, rule, () => saved[0]!),
    };
  });
  return ruled(x);
}

const gatedSlope = (dy: tf.Tensor, rule: ReluRule, input: () => tf.Tensor): tf.Tensor => {
  const passed = tf.relu(dy);
  return rule === 'deconvolution' ? passed : native('ReluGrad', {}, [passed, input()]);
};

/** The slope at the input of such a function, by each rule. */
export const gatedBackward: Backward<unknown> = {
  reads: (_, rule) => (rule === 'deconvolution' ? [] : ['inputs']),
  slopes: (_, dy, { reluRule, input, differentiate }) =>
    reluRule === 'gradient' ? differentiate() : [gatedSlope(dy, reluRule, () => input(0))],
};
