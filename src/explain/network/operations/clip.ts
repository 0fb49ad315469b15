import { tf } from '../../engine';
import { WhylightError } from '../../errors';
import { elementwise } from './bases';

/** At least `least`, at most `most`; null: no bound. */
export interface Clip {
  readonly kind: 'clip';
  readonly least: number | null;
  readonly most: number | null;
}

const clipping = elementwise<Clip>({
  kind: 'clip',
  title: ({ least, most }) => `clip to ${least ?? '−∞'} … ${most ?? '∞'}`,
  value: ({ least, most }, x) => tf.clipByValue(x, least ?? Number.NEGATIVE_INFINITY, most ?? Number.POSITIVE_INFINITY),
});

export const clip: typeof clipping = {
  ...clipping,
  shape: (operation, inputs, name) => {
    const { least, most } = operation;
    if (least !== null && most !== null && least > most) {
      throw new WhylightError(
        `${name} clips to at least ${least} and at most ${most} (allowed: the first not above the second)`,
      );
    }
    return clipping.shape(operation, inputs, name);
  },
};
