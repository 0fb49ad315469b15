import { tf } from '../../engine';
import { selecting } from './bases';

/** The largest of two values or more, of one shape, number by number. */
export const maximum = selecting('maximum', (a, b) => tf.maximum(a, b));
