import { z } from 'zod';
import type { Attribution } from '../../explain/attribution';
import type { Network } from '../../explain/network/network';
import { placeWords } from '../../plots/describe-map';
import { occlusionRow } from '../../plots/occlusion-row';
import { className, percent, scoreName, targetName } from '../../plots/words';
import { decimal } from '../numbers';
import type { Prose } from '../prose/blocks';
import { agree, inSentence, inWords, plural } from '../prose/grammar';
import { list, prose, ref, sentences } from '../prose/make';
import { answerSentence } from './decision';
import { common, network, occluder, target } from './entry';
import { inTurn } from './in-turn';
import { defineFigure, type FigureResult } from './kind';
import { captioned, photoBehind } from './panel';

const schema = z.strictObject({
  kind: z.literal('occlusion'),
  ...common,
  network,
  target: target.optional(),
  occluders: z.array(occluder).min(1).max(2),
});
type Entry = z.infer<typeof schema>;

/** The target's probability for each position of one or two occluders; of a difference of classes, the difference. */
export const occlusion = defineFigure<Entry>({
  kind: 'occlusion',
  title: 'Occlusion sensitivity',
  schema,
  example: `# The probability as a function of where a black square of \`size\` px lies, moved by \`stride\` px; one or two squares.
- id: covered
  kind: occlusion
  shows: a dog beside a person
  photo: { scene: beside-person, kind: dog, background: grass, seed: 4 }
  network: mine
  target: dog
  occluders: [{ size: 10, stride: 10 }, { size: 10, stride: 5 }]`,
  compute: async ({ target, occluders }, { photo, networks, targets, explain }) => {
    const goal = targets[0]!.one(target);
    const maps = await inTurn(occluders, (one) => explain('occlusion', networks[0]!, photo, { ...one, target: goal }));
    return { maps };
  },
  plot: (result) => {
    const figure = occlusionRow(result.maps, { picture: photoBehind(result, 3)(result.maps[0]!) });
    return [captioned(result.entry, figure, figure.caption)];
  },
  sentences: (result, names) => {
    const { entry, maps, networks } = result;
    const clean = result.classifications[0]!.classes[0]!.index;
    return sentences(
      prose`${ref(entry.id)} covers ${inSentence(entry.shows)} patch by patch.`,
      answerSentence(result, names, maps[0]),
      ...maps.map(rangeSentence),
      ...distinct(maps.flatMap((map) => [orderSentence(map), decisionSentence(map, networks[0]!, clean)])),
    );
  },
  abstract: (results) => {
    const fall = Math.max(...results.map(largestFall).filter((one) => one !== null));
    const overturned = overturnedDecisions(results);
    if (fall === Number.NEGATIVE_INFINITY)
      return overturned === null ? [] : prose`Covering one patch ${overturned.words}.`;
    const falls =
      points(fall) === '0.0'
        ? 'nowhere lowers the target’s probability'
        : `lowers the target’s probability by up to ${points(fall)} percentage points`;
    // The patch that turns a decision need not be the one that costs the target most.
    return prose`Covering one patch ${falls}${overturned !== null && `${overturned.count > 0 ? '; a single covered patch' : ' and'} ${overturned.words}`}.`;
  },
  discussion: (results) => {
    const overturned = overturnedDecisions(results);
    const falls = results.map(largestFall).filter((one) => one !== null);
    const [least, most] = [points(Math.min(...falls)), points(Math.max(...falls))];
    return sentences(
      overturned !== null && `Under the occluder, a single covered patch ${overturned.words}.`,
      falls.length > 0 &&
        most !== '0.0' &&
        `The patch that costs the target most takes ${least === most ? most : `from ${least} to ${most}`} percentage points.`,
    );
  },
});

/** A fall in percentage points; what rises falls by none. */
const points = (fall: number) => decimal(100 * Math.max(0, fall), 1);

/** The most probable class at each position; null where it is not known at all of them. */
function bestClasses({ grid }: Attribution): readonly number[] | null {
  const classes = grid?.best?.classes.filter((index) => index !== null);
  return classes !== undefined && classes.length === grid!.logits.length ? classes : null;
}

/** What an occluder changes: a probability in percent, a value in its unit, or logits of a difference of classes. */
function scale({ grid, target }: Attribution) {
  const { probabilities, logits } = grid!;
  const probable = probabilities !== null;
  return {
    name: probable || target.unit !== undefined ? scoreName(target) : `the score difference ${targetName(target)}`,
    clean: target.probability ?? target.logit,
    scores: probabilities ?? logits,
    number: (value: number) => (probable ? percent(value) : decimal(value)),
    amount: (value: number) => (probable ? decimal(100 * value, 1) : decimal(value)),
    unit: probable ? 'percentage points' : (target.unit ?? 'logits'),
  };
}

/** Where the target is lowest and where it is highest, against the uncovered photo. */
function rangeSentence(map: Attribution): Prose {
  const { size, rows, columns, lefts, tops } = map.grid!;
  const { name, clean, scores, number, amount, unit } = scale(map);
  const place = (index: number) =>
    placeWords(
      (lefts[index % columns]! + size[1] / 2) / map.width,
      (tops[Math.floor(index / columns)]! + size[0] / 2) / map.height,
    );
  const extreme = (index: number) => {
    const value = scores[index]!;
    const change = amount(Math.abs(value - clean));
    const against =
      Number(change) === 0
        ? 'as uncovered'
        : `${change}${unit === '' ? '' : ` ${unit}`} ${value < clean ? 'below' : 'above'} the uncovered value`;
    return `with it ${place(index)}, ${number(value)} (${against})`;
  };
  const [least, most] = [scores.indexOf(Math.min(...scores)), scores.indexOf(Math.max(...scores))];
  const stride = lefts[1] === undefined ? '' : ` at stride ${lefts[1] - lefts[0]!}`;
  const occluder = `a ${size.join('×')} px occluder${stride}`;
  if (rows * columns === 1) return prose`Under ${occluder}, which has one position, ${name} is ${number(scores[0]!)}.`;
  return prose`Under ${occluder}, which has ${plural(rows * columns, 'position')}, ${name} is lowest ${extreme(least)}, and highest ${extreme(most)}.`;
}

/** What two occluders share is said once. */
const distinct = (all: readonly (string | null)[]) => [...new Set(all)];

/** `At three of 169 positions`. */
const positionsWords = (count: number, { rows, columns }: NonNullable<Attribution['grid']>) =>
  rows * columns === 1 ? 'There' : `At ${inWords(count)} of ${plural(rows * columns, 'position')}`;

/** Of a difference of classes: where the one that scores less comes to score more. */
function orderSentence({ grid, target }: Attribution): string | null {
  if (target.kind !== 'difference' || target.unit !== undefined) return null;
  const turned = grid!.logits.filter((value) => value > 0 !== target.logit > 0).length;
  if (turned === 0) return 'The order of the two classes is the same at every position.';
  return `${positionsWords(turned, grid!)} the order of the two classes is reversed.`;
}

/** Where another class becomes the most probable one, and which. */
function decisionSentence(map: Attribution, { classes }: Network, clean: number): string | null {
  const best = bestClasses(map);
  if (best === null) return null;
  const label = (index: number) => className(classes[index]!);
  const turned = best.filter((index) => index !== clean);
  if (turned.length === 0) {
    return `The most probable class is ${label(clean)} at every position: no single patch overturns the decision.`;
  }
  const counts = [...new Set(turned)].map((index) => ({ index, count: turned.filter((one) => one === index).length }));
  counts.sort((a, b) => b.count - a.count || a.index - b.index);
  const names = counts.slice(0, 3).map(({ index, count }) => label(index) + (counts.length > 1 ? ` (${count})` : ''));
  const rest = counts.length - names.length;
  const all = list([...names, ...(rest > 0 ? [`${inWords(rest)} ${agree(rest, 'other', 'others')}`] : [])]).join('');
  return `${positionsWords(turned.length, map.grid!)} another class becomes the most probable one: ${all}. One patch there overturns the decision.`;
}

/** The largest fall of the target's probability under a patch; null for a difference of classes. */
function largestFall({ maps }: FigureResult): number | null {
  const falls = maps.flatMap(({ grid, target }) =>
    grid?.probabilities ? [target.probability! - Math.min(...grid.probabilities)] : [],
  );
  return falls.length === 0 ? null : Math.max(...falls);
}

/** `overturns one of two decisions`: of each network's answer to each photo once, where it is known; else null. */
function overturnedDecisions(results: readonly FigureResult[]): { count: number; words: string } | null {
  const decisions = new Map<string, boolean>();
  for (const { maps, networks, classifications, photo } of results) {
    const clean = classifications[0]!.classes[0]!.index;
    const best = maps.map(bestClasses).filter((classes) => classes !== null);
    const key = `${networks[0]!.name} ${photo.sha256}`;
    const turns = best.some((classes) => classes.some((index) => index !== clean));
    if (best.length > 0) decisions.set(key, turns || decisions.get(key) === true);
  }
  if (decisions.size === 0) return null;
  const count = [...decisions.values()].filter(Boolean).length;
  const which = count === 1 ? 'the decision' : 'no decision';
  return {
    count,
    words: `overturns ${decisions.size === 1 ? which : `${inWords(count)} of ${plural(decisions.size, 'decision')}`}`,
  };
}
