import { tf } from '../../engine';
import { selecting } from './bases';

/** The smallest of two values or more, of one shape, number by number. */
export const minimum = selecting('minimum', (a, b) => tf.minimum(a, b));
