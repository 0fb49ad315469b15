import { z } from 'zod';
import { defineMeasure, type MeasuredMap, type Thing } from './define-measure';
import { evenMap, marginOf, marginOption, massOfThing, redrawnBibtex } from './things';

type Pair = readonly [Thing, Thing];

/** Pairs of whole things, and of parts of one thing, whose |worth| differs by more than the margin. */
function clearPairs(things: readonly Thing[], margin: number): Pair[] {
  return things.flatMap((one, i) =>
    things
      .slice(i + 1)
      .filter((other) => other.of === one.of)
      .filter((other) => Math.abs(Math.abs(one.worth) - Math.abs(other.worth)) > margin)
      .map((other) => [one, other] as const),
  );
}

function shareInOrder(map: MeasuredMap, pairs: readonly Pair[]): number {
  const masses = new Map([...new Set(pairs.flat())].map((thing) => [thing, massOfThing(map, thing.mask)]));
  const inOrder = pairs.map(([one, other]) => {
    const byMap = masses.get(one)! - masses.get(other)!;
    const byWorth = Math.abs(one.worth) - Math.abs(other.worth);
    return byMap === 0 ? 0.5 : Number(byMap > 0 === byWorth > 0);
  });
  return inOrder.reduce((sum, one) => sum + one, 0) / pairs.length;
}

/**
 * Order against redrawing: the share of pairs of a scene's things that the map puts in the order of what drawing the
 * scene without each takes from the score, |worth|; a tie in the map counts half, so that chance is 0.5. A pair is
 * two whole things or two parts of the same thing, never a part and what it is part of; pairs whose |worth| differs
 * by no more than `margin` times the scene's largest are left out. A thing's number in a map is |Σ M| over its mask
 * for a signed map, Σ |M| for another: see `massOfThing` for why. After the single-deletion protocol of FunnyBirds
 * (Hesse et al. 2023), which correlates ranks over the parts of one bird. `parts`: `pairs` is how many there are,
 * `even` what a map has that is the same everywhere: the order by area.
 */
export const redrawnOrderMeasure = defineMeasure({
  name: 'redrawn-order',
  title: 'Order against redrawing',
  question: 'truth',
  unit: 'share of the pairs',
  better: 'higher',
  bounds: [0, 1],
  bibtex: redrawnBibtex,
  formula: String.raw`\frac{1}{|P|} \sum_{(a,b) \in P} \Bigl(\mathbf{1}\bigl[(m_a - m_b)(|w_a| - |w_b|) > 0\bigr] + \tfrac{1}{2}\, \mathbf{1}[m_a = m_b]\Bigr)`,
  where: String.raw`$w_a$ is what the score loses when the scene is drawn without the thing $a$, $m_a$ the map’s mass on it ($|\sum_{p \in a} M(p)|$ of a signed map, $\sum_{p \in a} |M(p)|$ of another), and $P$ the pairs of whole things, or of parts of one thing, whose $|w|$ differ clearly`,
  sentence:
    'takes pairs of things in the scene and counts how often the map’s mass puts them in the order of what drawing the scene without each takes from the score',
  caution:
    'rewards area where larger things count for more (an even map’s number is beside it); things that stand in for one another have little worth each, and a background’s worth is that against a rival’s, not against none',
  needs: ['things'],
  cost: 'no pass: the scene is drawn again once for all maps',
  schema: z.strictObject({ margin: marginOption }),
  measure: async ({ things }, maps, { margin }) => {
    const pairs = clearPairs(things!, marginOf(things!, margin));
    if (pairs.length === 0) {
      return maps.map(() => ({ value: null, notes: ['no two things of the scene differ clearly in worth'] }));
    }
    const parts = { pairs: pairs.length, even: shareInOrder(evenMap(maps[0]!.values.length), pairs) };
    return maps.map((map) => ({ value: shareInOrder(map, pairs), parts }));
  },
});
