import { tf } from '../../engine';
import { native } from './native';

/**
 * What a ReLU passes backwards: its gradient g·1[x>0]; relu(g) (deconvolution, Zeiler and Fergus 2014);
 * or relu(g)·1[x>0] (guided backpropagation, Springenberg et al. 2015).
 */
export type ReluRule = 'gradient' | 'deconvolution' | 'guided';

/** max(0, x), at most `ceiling`, with the given backward rule. */
export function rectify(x: tf.Tensor4D, rule: ReluRule, ceiling: number): tf.Tensor4D {
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
  return ruled(x) as tf.Tensor4D;
}

/**
 * The slope at a ReLU's input from that at its output `y`, by the given rule. `y` is not read by `deconvolution`; where
 * it is 0, or a ReLU6's is 6, so or beyond was the input.
 */
export function rectifyBackward(
  dy: tf.Tensor,
  y: tf.Tensor | undefined,
  rule: ReluRule,
  kind: 'relu' | 'relu6',
): tf.Tensor {
  const passed = rule === 'gradient' ? dy : tf.relu(dy);
  return rule === 'deconvolution' ? passed : native(kind === 'relu' ? 'ReluGrad' : 'Relu6Grad', {}, [passed, y!]);
}
