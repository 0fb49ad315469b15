import { z } from 'zod';
import { defineMeasure, type MeasureOutcome } from './define-measure';
import { marginOf, marginOption, redrawnBibtex, sumInside } from './things';

/**
 * Sign against redrawing, of signed maps: the share of the scene's things, parts too, whose summed map has the sign
 * of what drawing the scene without them takes from the score. Things whose |worth| is no more than `margin` times
 * the scene's largest are left out; a sum of 0 counts half. `parts`: `things` is how many are counted, `positive` the
 * share of them whose worth is positive, which a map that is positive everywhere has.
 */
export const redrawnSignMeasure = defineMeasure({
  name: 'redrawn-sign',
  title: 'Sign against redrawing',
  question: 'truth',
  unit: 'share of the things',
  better: 'higher',
  bounds: [0, 1],
  bibtex: redrawnBibtex,
  formula: String.raw`\frac{1}{|T|} \sum_{a \in T} \Bigl(\mathbf{1}[w_a s_a > 0] + \tfrac{1}{2}\, \mathbf{1}[s_a = 0]\Bigr), \quad s_a = \sum_{p \in a} M(p)`,
  where:
    '$w_a$ is what the score loses when the scene is drawn without the thing $a$, and $T$ the things whose $|w|$ is clear of 0',
  sentence:
    'counts how often a thing’s summed map has the sign of what drawing the scene without the thing takes from the score',
  caution:
    'rewards maps that are positive everywhere where most things speak for the class (their number is beside it); maps without a sign have none',
  needs: ['things'],
  cost: 'no pass: the scene is drawn again once for all maps',
  schema: z.strictObject({ margin: marginOption }),
  measure: async ({ things }, maps, { margin }) => {
    const least = marginOf(things!, margin);
    const clear = things!.filter(({ worth }) => Math.abs(worth) > least);
    const share = (test: (thing: (typeof clear)[number]) => number) =>
      clear.reduce((sum, thing) => sum + test(thing), 0) / clear.length;
    return maps.map(({ values, signed }): MeasureOutcome => {
      if (!signed) return { value: null, notes: ['the map has no sign'] };
      if (clear.length === 0) return { value: null, notes: ['no thing of the scene has a clear worth'] };
      const value = share(({ mask, worth }) => {
        const sum = sumInside(values, mask);
        return sum === 0 ? 0.5 : Number(sum > 0 === worth > 0);
      });
      return { value, parts: { things: clear.length, positive: share(({ worth }) => Number(worth > 0)) } };
    });
  },
});
