import { WhylightError } from '../explain/errors';
import { seenPart } from '../explain/image/seen';
import { placeWords, readable } from '../plots/describe-map';
import { className, percent, titleInside } from '../plots/words';
import type { Deletion } from './why-checks';
import { hasNamesake } from './why-names';
import type { WhyNumbers } from './why-numbers';
import type { FillSearch } from './why-regions';

/** A sentence, and where in the numbers each of its parts stands that is one, or a name. */
export interface Sentence {
  readonly text: string;
  /** In their order. */
  readonly holds: readonly Held[];
}

/** A part of a sentence as it is printed, and its place among the numbers: `maps.0.deletion.p`. */
export interface Held {
  readonly text: string;
  readonly path: string;
}

/** What can be concluded of a photo, and what cannot. */
export interface WhySentences {
  readonly concluded: readonly Sentence[];
  readonly open: readonly Sentence[];
}

/** A value at a path, as words. */
type At = (path: string, words?: (value: never) => string) => string;

/** The value at a path of plain JSON. @throws WhylightError where there is none. */
function valueAt(numbers: unknown, path: string): unknown {
  let value = numbers as Record<string, unknown> | undefined;
  for (const key of path.split('.')) value = value?.[key] as typeof value;
  if (value === undefined || value === null) throw new WhylightError(`the numbers have nothing at ${path}`);
  return value;
}

/** Writes a sentence of which every number is read from where it says; none where the words are null. */
function sentence(numbers: WhyNumbers, write: (at: At) => string | null): Sentence[] {
  const all: Held[] = [];
  // Marks stand for the parts until all is written, so that they are told apart from the words and known in their order.
  const at: At = (path, words = String) =>
    `\uE000${all.push({ text: words(valueAt(numbers, path) as never), path }) - 1}\uE001`;
  const words = write(at);
  if (words === null) return [];
  const parts = words.split(/\uE000(\d+)\uE001/).map((part, i) => (i % 2 === 0 ? part : all[Number(part)]!));
  const first = parts[0] === '' ? 1 : 0;
  const begun = parts.map((part, i) => {
    if (i !== first) return part;
    return typeof part === 'string' ? capital(part) : { ...part, text: capital(part.text) };
  });
  return [
    {
      text: begun.map((part) => (typeof part === 'string' ? part : part.text)).join(''),
      holds: begun.filter((part) => typeof part !== 'string'),
    },
  ];
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Two decimals; of what is small three digits, so that a difference is not printed as none. */
const fixed = (value: number) => (Math.abs(value) < 0.1 ? readable(value) : value.toFixed(2).replace('-', '−'));
const twoDecimals = (value: number) => {
  const text = value.toFixed(2);
  return (Number(text) === 0 ? text.replace('-', '') : text).replace('-', '−');
};
const chance = (p: number) => (p < 0.001 ? '< 0.001' : p.toFixed(3));
const share = (part: number) => `${Number((100 * part).toPrecision(2))} %`;
const shares = (parts: readonly number[]) =>
  parts.map((part) => String(Number((100 * part).toPrecision(2)))).join(', ');
const fillWords = { black: 'black', zero: 'zero', mean: 'the photo’s mean colour', blur: 'a blur', noise: 'noise' };
export const fillName = (fill: keyof typeof fillWords) => fillWords[fill];
const inside = (title: string) => titleInside({ title });
const joined = (parts: readonly string[]) =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

/** What the numbers say: at most seven sentences of what can be concluded, three of what cannot. */
export function whySentences(numbers: WhyNumbers): WhySentences {
  const write = (all: readonly Writer[]) => all.flatMap((of) => sentence(numbers, of(numbers)));
  return {
    concluded: write([answer, selection, passing, deletion, places, region, otherFills]),
    open: write([classes, fillItself, limits]),
  };
}

/** A class by its first name; with its index where another that the numbers speak of has the same. */
function classWords(numbers: WhyNumbers, of: string, at: At): string {
  const one = { index: valueAt(numbers, `${of}.index`), label: String(valueAt(numbers, `${of}.label`)) };
  return `${at(`${of}.label`, className)}${hasNamesake(numbers, one) ? ` (${at(`${of}.index`)})` : ''}`;
}

/** The target: a class, or what has a name of its own. */
const targetWords = (numbers: WhyNumbers, at: At) =>
  numbers.target.index === null ? at('target.label') : classWords(numbers, 'target', at);

type Writer = (numbers: WhyNumbers) => (at: At) => string | null;

const answer: Writer = (numbers) => (at) => {
  const { runnerUp, target, isAnswer, answer: best } = numbers;
  const name = at('network.title');
  const request = isAnswer ? '' : `; the maps below are of ${targetClause(numbers, at)}`;
  if (best.probability === null) {
    const unit = best.unit ? ` ${best.unit}` : '';
    return `${name} answers ${classWords(numbers, 'answer', at)} of ${at('answer.logit', readable)}${unit}${target.index === best.index ? '' : request}${sight(numbers, at)}.`;
  }
  const ahead =
    runnerUp === null
      ? ''
      : `, ahead of ${classWords(numbers, 'runnerUp', at)} with ${at('runnerUp.probability', percent)}`;
  return `${name} answers ${classWords(numbers, 'answer', at)} with ${at('answer.probability', percent)}${ahead}${request}${sight(numbers, at)}.`;
};

/** Places are of the input: where that is not the whole photo, both must be known. */
function sight({ photo, input }: WhyNumbers, at: At): string {
  if (seenPart(photo, input.crop) === null) return '';
  const px = (value: number) => String(Math.round(value));
  const part = `${at('input.crop.width', px)}×${at('input.crop.height', px)}`;
  return `; of the photo’s ${at('photo.width')}×${at('photo.height')} px it sees the middle ${part}, and places are of these`;
}

const wayWords = { features: 'the features', slopes: 'the slope of the score', covering: 'covering' };
const relationWords = { own: 'this network', form: 'a network of the same form', other: 'another network' };

/** By which evaluation the methods were chosen; nothing where a person named them. */
const selection: Writer = (numbers) => (at) => {
  const { choice } = numbers.rules;
  if (choice.by === 'request') return null;
  const opening = `Shown ${numbers.maps.length === 1 ? 'is' : 'are'} ${joined(numbers.maps.map((_, i) => methodWords(numbers, i, at)))}`;
  if (choice.by === 'rule') {
    const why =
      choice.evaluation === null
        ? 'no evaluation of such a network is known'
        : `${evaluationWords(numbers, at)} supports none of its ${at(`${evaluation}.measured`)} methods`;
    return `${opening}, by rule one method of each way to ask that the network allows: ${why}.`;
  }
  const without = choice.without.map((_, i) => {
    const of = `rules.choice.without.${i}`;
    return `of ${at(`${of}.way`, (way: keyof typeof wayWords) => wayWords[way])} it supports no method (${at(`${of}.measured`)} measured)`;
  });
  const unknown = choice.evaluation.relation === 'own' ? '' : ', which was not measured of this network';
  return (
    `${opening}, of each of three ways to ask the method that ${evaluationWords(numbers, at)} supports best: ` +
    `by one measure at least the score was shown to follow its maps better than the best map that knows nothing${[unknown, ...without].join('; ')}.`
  );
};

const evaluation = 'rules.choice.evaluation';

/** `an evaluation of this network on 20 drawn scenes`. */
function evaluationWords({ rules: { choice } }: WhyNumbers, at: At): string {
  if (choice.by === 'request' || choice.evaluation === null) throw new WhylightError('no evaluation chose the methods');
  const { relation, data } = choice.evaluation;
  const which = at(`${evaluation}.relation`, (one: keyof typeof relationWords) => relationWords[one]);
  const name = relation === 'own' ? which : `${which}, ${at(`${evaluation}.network`)},`;
  const on = data === 'drawn scenes' ? at(`${evaluation}.data`) : `photos of ${at(`${evaluation}.data`)}`;
  return `an evaluation of ${name} on ${at(`${evaluation}.photos`)} ${on}`;
}

const targetClause = (numbers: WhyNumbers, at: At) => {
  const { target } = numbers;
  const name = targetWords(numbers, at);
  return target.probability === null
    ? `${name}, at ${at('target.logit', fixed)}${ownUnit(numbers)}`
    : `${name}, with ${at('target.probability', percent)}`;
};

/** Of what is no class: ` logits` of a difference of two, ` years` of a value, nothing of a function of one's own. */
const ownUnit = ({ target }: WhyNumbers) =>
  target.kind === 'function' || target.unit === '' ? '' : ` ${target.unit ?? 'logits'}`;

/** What a deletion's score is, and in what. */
const scoreWords = (numbers: WhyNumbers, at: At): { name: string; unit: string } => {
  const { score } = numbers;
  const name = targetWords(numbers, at);
  if (score === 'lead') return { name: `the lead of ${name} over the best other class`, unit: ' logits' };
  if (score === 'logit') return { name: `the logit of ${name}`, unit: '' };
  return { name, unit: ownUnit(numbers) };
};

/** The map that passes and whose places take most. */
export function leadingMap({ maps }: Pick<WhyNumbers, 'maps'>): number | null {
  const passes = maps.flatMap(({ fails }, i) => (fails === null ? [i] : []));
  const takes = (i: number) => maps[i]!.deletion.before - maps[i]!.deletion.mean;
  return passes.length === 0 ? null : passes.reduce((best, i) => (takes(i) > takes(best) ? i : best));
}

const passes = ({ maps }: Pick<WhyNumbers, 'maps'>) => maps.flatMap(({ fails }, i) => (fails === null ? [i] : []));

/** `the class activation map`, `occlusion sensitivity`. */
const methodWords = ({ maps }: Pick<WhyNumbers, 'maps'>, i: number, at: At) =>
  `${/ map$/.test(maps[i]!.title) ? 'the ' : ''}${at(`maps.${i}.title`, inside)}`;
const titles = (numbers: WhyNumbers, all: readonly number[], at: At) =>
  joined(all.map((i) => methodWords(numbers, i, at)));

/** Which maps pass, and why others do not. */
const passing: Writer = (numbers) => (at) => {
  const { maps } = numbers;
  const own = passes(numbers);
  const left = maps.flatMap(({ fails }, i) => (fails === null ? [] : [reasons[fails](numbers, i, at)]));
  const why = left.length === 0 ? '' : `: ${left.join('; ')}`;
  if (own.length === 0) {
    return `No map of ${at('maps.length')} passes the checks, so nothing is concluded from where they are highest${why}.`;
  }
  const pass = own.length === 1 ? 'passes' : 'pass';
  return `${titles(numbers, own, at)} ${pass} the checks of place and network on this photo (${at('passing')} of ${at('maps.length')} maps)${untestedWords(numbers, own, at)}${why === '' ? '' : `; left out${why}`}.`;
};

/** A map that no drawn network gave has not passed their check: it was not made. */
function untestedWords(numbers: WhyNumbers, own: readonly number[], at: At): string {
  const untested = own.filter((i) => numbers.maps[i]!.untrained.mean === null);
  if (untested.length === 0) return '';
  return `, of which ${titles(numbers, untested, at)} could not be set beside untrained networks, as none gave a map with a form`;
}

type Reason = (numbers: WhyNumbers, i: number, at: At) => string;

const reasons: Record<'flat' | 'place' | 'network', Reason> = {
  flat: (numbers, i, at) => `by ${methodWords(numbers, i, at)} all places are equal`,
  place: (numbers, i, at) =>
    `covering what ${methodWords(numbers, i, at)} ranks first takes no more than the same shapes at ${at(`maps.${i}.deletion.atLeast`)} of ${at(`maps.${i}.deletion.places`)} other places (p = ${at(`maps.${i}.deletion.p`, chance)}, bound ${at('rules.level')})`,
  network: (numbers, i, at) =>
    `${methodWords(numbers, i, at)} is like that of untrained networks (mean rank correlation ${at(`maps.${i}.untrained.mean`, twoDecimals)}, number of networks ${at(`maps.${i}.untrained.networks`)}, bound ${at('rules.alike')})`,
};

/** What covering the places of the map that takes most does. */
const deletion: Writer = (numbers) => (at) => {
  const lead = leadingMap(numbers);
  if (lead === null) return null;
  const of = `maps.${lead}.deletion`;
  const { name, unit } = scoreWords(numbers, at);
  const several = numbers.maps.length > 1 ? `, not corrected for ${at('maps.length')} maps` : '';
  const itself =
    numbers.maps[lead]!.fill === numbers.rules.fills[0] ? '; this map, too, was made by covering in that fill' : '';
  return (
    `Covering in ${at('rules.fills.0', fillName)} what ${methodWords(numbers, lead, at)} ranks first, ${at(`${of}.shares`, shares)} % of the input in turn, ` +
    `brings ${name} from ${at(`${of}.before`, fixed)} to a mean of ${at(`${of}.mean`, fixed)}${unit}; ` +
    `the same shapes, moved to ${at(`${of}.places`)} other places, leave ${at(`${of}.othersMean`, fixed)} on average, ` +
    `${at(`${of}.othersLeast`, fixed)} to ${at(`${of}.othersLargest`, fixed)} at single ones (p = ${at(`${of}.p`, chance)}${several})${elsewhereWords(numbers, numbers.maps[lead]!.deletion)}${itself}.`
  );
};

/** Where covering anywhere turns the answer, that it turns here tells less. */
const elsewhereWords = ({ score, isAnswer }: WhyNumbers, { othersMean }: Deletion) =>
  score === 'lead' && isAnswer && othersMean < 0 ? ', so that covering elsewhere, too, leaves no lead on average' : '';

/** Where the maps that pass are highest, and whether they rank the places alike. */
const places: Writer = (numbers) => (at) => {
  const own = passes(numbers);
  if (own.length === 0) return null;
  const same = new Set(own.map((i) => numbers.maps[i]!.place)).size === 1;
  const highest = same
    ? `${titles(numbers, own, at)} ${own.length === 1 ? 'is' : 'are'} highest ${at(`maps.${own[0]}.place`)}`
    : joined(own.map((i) => `${methodWords(numbers, i, at)} is highest ${at(`maps.${i}.place`)}`));
  return `${highest}${agreementWords(numbers, at)}.`;
};

/** Of the pair of maps that is least alike, or of one that moved maps equal. */
function agreementWords(numbers: WhyNumbers, at: At): string {
  const { agreements, rules } = numbers;
  const isAlike = ({ p, correlation }: (typeof agreements)[number]) =>
    p === null || (p <= rules.level && correlation! > 0);
  const first = Math.max(
    0,
    agreements.findIndex((one) => !isAlike(one)),
  );
  const least = agreements[first];
  if (least === undefined || least.p === null) return '';
  const of = `agreements.${first}`;
  const values = `(rank correlation ${at(`${of}.correlation`, twoDecimals)}; p = ${at(`${of}.p`, chance)}, one moved to ${at(`${of}.places`)} other places)`;
  const pair = agreements.length === 1 ? 'they' : titles(numbers, least.of, at);
  if (!isAlike(least)) return `; that ${pair} rank places alike is not shown ${values}`;
  if (least.correlation! < rules.alike) return `; ${pair} rank places more alike than when moved, yet weakly ${values}`;
  return `; ${agreements.length === 1 ? 'they' : `even the least alike, ${pair},`} rank places alike ${values}`;
}

/** `a square of 42×42 px at the left (3.5 % of the input)`. */
function squareWords({ input }: WhyNumbers, { square }: FillSearch, of: string, at: At): string {
  const place = placeWords(
    (square.left + square.width / 2) / input.width,
    (square.top + square.height / 2) / input.height,
  );
  return `${at(`${of}.square.width`)}×${at(`${of}.square.height`)} px ${place} (${at(`${of}.square.area`, share)} of the input)`;
}

/** Px are the input's: a photo has others. */
const gridWords = (at: At) =>
  `on a grid of ${at('input.cell')} px in the input of ${at('input.width')}×${at('input.height')} px`;

/** `wolf with 51.0 %`; of a label that is given no longer `wolf with 44.8 %, below one half`. */
function answerAfter(numbers: WhyNumbers, of: string, at: At): string {
  const { regions } = numbers;
  const words = `${classWords(numbers, of, at)} with ${at(`${of}.probability`, percent)}`;
  return regions?.turns === 'half' && !(Number(valueAt(numbers, `${of}.margin`)) >= 0)
    ? `${words}, below one half`
    : words;
}

const region: Writer = (numbers) => (at) => {
  const { regions } = numbers;
  if (regions === null) return null;
  const [first] = regions.fills as [FillSearch];
  const of = 'regions.fills.0';
  const fill = at(`${of}.fill`, fillName);
  const pieces = piecesWords(numbers, at);
  if (!first.turned) {
    return `None of ${at(`${of}.squares`)} squares up to ${at(`${of}.side`)} px, tried ${gridWords(at)} and covered in ${fill}, turns the answer (least margin ${at(`${of}.square.with.margin`, fixed)} logits)${pieces}.`;
  }
  return (
    `The smallest square that turns the answer when covered in ${fill}, of ${at(`${of}.squares`)} tried ${gridWords(at)}, ` +
    `has ${squareWords(numbers, first, of, at)}: ${answerAfter(numbers, `${of}.square.with`, at)}; ${first.side === numbers.input.cell && first.side > 1 ? 'no smaller one was tried; ' : ''}${turningWords(first, of, at)}; with all else covered ${aloneWords(numbers, first, at)}${pieces}.`
  );
};

/** How many squares of one size turn the answer, and whether all overlap the one. */
function turningWords({ turning, apart }: FillSearch, of: string, at: At): string {
  const places = `the ${at(`${of}.places`)} of this size`;
  if (turning === 1) return `no other of ${places} does`;
  const all = `${at(`${of}.turning`)} of ${places} do`;
  if (apart === 0) return `${all}, and all overlap it`;
  return `${all}, ${at(`${of}.apart`)} without a pixel in common with it, so it is not the only place of this size`;
}

/** What the square alone gives, and whether that is more than the fill gives by itself. */
function aloneWords(numbers: WhyNumbers, { enough, whole }: FillSearch, at: At): string {
  const of = 'regions.fills.0';
  if (!enough) return `the answer is ${answerAfter(numbers, `${of}.alone`, at)}`;
  const stays = `the answer is still ${answerAfter(numbers, `${of}.alone`, at)}`;
  if (!(whole.margin > 0)) return stays;
  return `${stays}, but so it is with all covered (${at(`${of}.whole.probability`, percent)})`;
}

function piecesWords(numbers: WhyNumbers, at: At): string {
  const of = 'regions.pieces';
  const pieces = numbers.regions!.pieces;
  if (pieces === null) return '';
  if (!pieces.turned) return `; nor did a greedy search over ${at(`${of}.pieces`)} pieces of like colour turn it`;
  return `; of ${at(`${of}.pieces`)} pieces of like colour a greedy search covered ${at(`${of}.covered.length`)} (${at(`${of}.area`, share)} of the input) to turn it (${answerAfter(numbers, `${of}.with`, at)})`;
}

/** What the same square, or any, does under other fills. */
const otherFills: Writer = (numbers) => (at) => {
  if (numbers.regions === null) return null;
  const { fills, same } = numbers.regions;
  if (same.length > 0) {
    const words = same.map(
      (_, i) => `${answerAfter(numbers, `regions.same.${i}.with`, at)} (${at(`regions.same.${i}.fill`, fillName)})`,
    );
    const turning = same.filter(({ with: after }) => after.margin < 0).length;
    const verdict =
      turning === same.length
        ? 'these turn the answer, too'
        : `${turning === 0 ? 'none of these turns the answer' : 'not all of these turn the answer'}, so the flip depends on the fill`;
    return `The same square, covered in another fill, gives ${joined(words)}: ${verdict}.`;
  }
  const others = fills.slice(1);
  if (others.length === 0) return null;
  const words = others.map((search, i) => {
    const of = `regions.fills.${i + 1}`;
    const fill = at(`${of}.fill`, fillName);
    return search.turned
      ? `covered in ${fill}, the smallest that turns the answer has ${squareWords(numbers, search, of, at)}: ${answerAfter(numbers, `${of}.square.with`, at)}`
      : `covered in ${fill}, none of ${at(`${of}.squares`)} turns it`;
  });
  const verdict = others.some(({ turned }) => turned) ? '; so what turns it depends on the fill' : '';
  return `Of such squares, ${words.join('; ')}${verdict}.`;
};

const classes: Writer = (numbers) => (at) => {
  const { maps, rules, rival } = numbers;
  const alike = maps.flatMap(({ fails, rival: one }, i) =>
    fails === null && one !== null && one >= rules.alike ? [i] : [],
  );
  if (rival === null || alike.length === 0) return null;
  const words = alike.map((i) => `${methodWords(numbers, i, at)} (${at(`maps.${i}.rival`, twoDecimals)})`);
  return `Why ${classWords(numbers, 'target', at)} and not ${classWords(numbers, 'rival', at)}: by ${joined(words)} the maps for both rank places alike (rank correlations; bound ${at('rules.alike')}).`;
};

const fillItself: Writer = (numbers) => (at) => {
  const { regions } = numbers;
  const first = regions?.fills[0];
  const turns = [
    ...(first?.turned ? [first.square.with] : []),
    ...(regions?.pieces?.turned ? [regions.pieces.with] : []),
  ];
  // At a tie the fill alone says nothing.
  if (first === undefined || !(first.whole.margin < 0)) return null;
  if (!turns.some(({ index }) => index === first.whole.index)) return null;
  return `Whether the answer turns for what is covered or for the cover: with all covered in ${at('regions.fills.0.fill', fillName)} it is ${answerAfter(numbers, 'regions.fills.0.whole', at)}, too.`;
};

const limits: Writer =
  ({ regions, answer: best, rules }) =>
  (at) => {
    const untried = rules.fills.length === 1 ? 'other shapes and fills' : 'other shapes';
    const decided = regions === null ? 'What would turn the answer: nothing is decided here. ' : '';
    const right =
      best.probability === null
        ? ''
        : `, and whether ${at('answer.probability', percent)} is how often such an answer is right is not measured`;
    const others = best.probability === null ? ', and one photo says' : ', one photo says';
    return `${decided}Covering shows what the network answers with ${at('rules.fills.0', fillName)} in a place, not what it would answer without the thing there; ${untried} than these were not tried${others} nothing of others${right}.`;
  };
