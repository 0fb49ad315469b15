import { tf } from '../../src/explain/engine';
import { uploadedParameters } from '../../src/explain/network/executors/engine-layout';

/** Tensors alive beside the networks' parameters, which stay uploaded as long as their networks live. */
export function passingTensors(): number {
  return tf.memory().numTensors - uploadedParameters();
}
