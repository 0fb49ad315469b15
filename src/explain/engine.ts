/** The one place that loads the native TensorFlow.js engine. Only files of `src/explain` import it. */
import './engine-environment';
import * as tf from '@tensorflow/tfjs-node';

export { tf };
