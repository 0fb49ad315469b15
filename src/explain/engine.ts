/** The one place that loads the native TensorFlow.js engine. Only files of `src/explain` import it. */
import './engine-environment';
import * as tf from '@tensorflow/tfjs-node';

/**
 * Runs `work` and disposes of every tensor it made; its result must hold none.
 * `tf.tidy` itself would walk through each element of a returned typed array in search of tensors.
 */
export function scoped<T>(work: () => T): T {
  let result: { value: T } | undefined;
  tf.tidy(() => {
    result = { value: work() };
  });
  return result!.value;
}

export { tf };
