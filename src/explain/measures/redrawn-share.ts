import { z } from 'zod';
import { defineMeasure, type MeasuredMap, type MeasureOutcome, type Thing } from './define-measure';
import { evenMap, massOfThing, redrawnBibtex } from './things';

const BACKGROUND = 'background';

/** The whole things with masks that cover every pixel once: what no other thing has first is the background's. */
function parted(things: readonly Thing[], pixels: number): Thing[] {
  const free = new Uint8Array(pixels).fill(1);
  const whole = things.filter(({ of }) => of === null);
  const masks = new Map<Thing, Uint8Array>();
  for (const thing of whole.filter(({ name }) => name !== BACKGROUND)) {
    const mask = free.map((open, i) => Number(open === 1 && thing.mask[i] !== 0));
    mask.forEach((inside, i) => {
      if (inside === 1) free[i] = 0;
    });
    masks.set(thing, mask);
  }
  return whole.map((thing) => ({ ...thing, mask: masks.get(thing) ?? free }));
}

/** Numbers as shares of their sum; null where it is 0. */
function sharesOf(numbers: readonly number[]): number[] | null {
  const total = numbers.reduce((sum, one) => sum + one, 0);
  return total > 0 ? numbers.map((one) => one / total) : null;
}

const distance = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, one, i) => sum + Math.abs(one - b[i]!), 0) / 2;

/**
 * Shares against redrawing: 1 less the total-variation distance of two distributions over the scene's whole things:
 * the map's mass on each (as in `redrawn-order`), and |worth|, what drawing the scene without it takes from the
 * score. Each pixel belongs to one thing, and what no other has to the background; 1 where the shares are the same, 0
 * where the map lies on things of no worth alone. `parts`: `background` is the map's share there, `worth` that of the
 * background's |worth|, and `even` what a map has that is the same everywhere.
 */
export const redrawnShareMeasure = defineMeasure({
  name: 'redrawn-share',
  title: 'Shares against redrawing',
  question: 'truth',
  unit: 'overlap of shares',
  better: 'higher',
  bounds: [0, 1],
  bibtex: redrawnBibtex,
  formula: String.raw`1 - \frac{1}{2} \sum_{a} \left| \frac{m_a}{\sum_b m_b} - \frac{|w_a|}{\sum_b |w_b|} \right|`,
  where: String.raw`$a$ runs over the whole things and the background, $w_a$ is what the score loses when the scene is drawn without $a$, and $m_a$ the map’s mass on it ($|\sum_{p \in a} M(p)|$ of a signed map, $\sum_{p \in a} |M(p)|$ of another)`,
  sentence:
    'compares how the map shares its mass out among the whole things and the background with how the score’s losses are shared when the scene is drawn without each',
  caution:
    'takes worths as if they added up, which those of things that work together do not; a map with a pedestal has it mostly on the background, which is large, and a background’s worth is that against a rival’s, not against none',
  needs: ['things'],
  cost: 'no pass: the scene is drawn again once for all maps',
  schema: z.strictObject({}),
  measure: async ({ things }, maps) => {
    const pixels = maps[0]!.values.length;
    const whole = parted(things!, pixels);
    const worths = sharesOf(whole.map(({ worth }) => Math.abs(worth)));
    const at = whole.findIndex(({ name }) => name === BACKGROUND);
    const none = (note: string): MeasureOutcome => ({ value: null, notes: [note] });
    if (at === -1) return maps.map(() => none('the background’s worth is not known'));
    if (worths === null) return maps.map(() => none('nothing in the scene has a worth'));
    const masses = (map: MeasuredMap) => sharesOf(whole.map(({ mask }) => massOfThing(map, mask)));
    const overlap = (shares: readonly number[]) => Math.max(0, 1 - distance(shares, worths));
    const even = overlap(masses(evenMap(pixels))!);
    return maps.map((map): MeasureOutcome => {
      const shares = masses(map);
      if (shares === null) return none('the map has no mass on any thing');
      return { value: overlap(shares), parts: { background: shares[at]!, worth: worths[at]!, even } };
    });
  },
});
