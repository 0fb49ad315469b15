import { WhylightError } from '../explain/errors';
import { placeWords, readable } from '../plots/describe-map';
import { className, percent, titleInside } from '../plots/words';
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

/** What the numbers say: at most six sentences of what can be concluded, three of what cannot. */
export function whySentences(numbers: WhyNumbers): WhySentences {
  const write = (all: readonly Writer[]) => all.flatMap((of) => sentence(numbers, of(numbers)));
  return {
    concluded: write([answer, passing, deletion, places, region, otherFills]),
    open: write([classes, fillItself, limits]),
  };
}

type Writer = (numbers: WhyNumbers) => (at: At) => string | null;

const answer: Writer = (numbers) => (at) => {
  const { runnerUp, target, isAnswer, answer: best, network: _ } = numbers;
  const name = at('network.title');
  const request = isAnswer ? '' : `; the maps below are of ${targetClause(numbers, at)}`;
  if (best.probability === null) {
    const unit = best.unit ? ` ${best.unit}` : '';
    return `${name} answers ${at('answer.label', className)} of ${at('answer.logit', readable)}${unit}${target.index === best.index ? '' : request}.`;
  }
  const ahead =
    runnerUp === null
      ? ''
      : `, ahead of ${at('runnerUp.label', className)} with ${at('runnerUp.probability', percent)}`;
  return `${name} answers ${at('answer.label', className)} with ${at('answer.probability', percent)}${ahead}${request}.`;
};

const targetClause = ({ target }: WhyNumbers, at: At) => {
  const name = at('target.label', target.index === null ? undefined : className);
  return target.probability === null
    ? `${name}, at ${at('target.logit', fixed)}`
    : `${name}, with ${at('target.probability', percent)}`;
};

/** What a deletion's score is, and in what. */
const scoreWords = ({ target, score }: WhyNumbers, at: At): { name: string; unit: string } => {
  const name = at('target.label', target.index === null ? undefined : className);
  if (score === 'lead') return { name: `the lead of ${name} over the best other class`, unit: ' logits' };
  if (score === 'logit') return { name: `the logit of ${name}`, unit: '' };
  return { name, unit: target.unit ? ` ${target.unit}` : '' };
};

/** The map that passes and whose places take most. */
export function leadingMap({ maps }: Pick<WhyNumbers, 'maps'>): number | null {
  const passes = maps.flatMap(({ fails }, i) => (fails === null ? [i] : []));
  const takes = (i: number) => maps[i]!.deletion.before - maps[i]!.deletion.mean;
  return passes.length === 0 ? null : passes.reduce((best, i) => (takes(i) > takes(best) ? i : best));
}

const passes = ({ maps }: Pick<WhyNumbers, 'maps'>) => maps.flatMap(({ fails }, i) => (fails === null ? [i] : []));

const titles = (all: readonly number[], at: At) => joined(all.map((i) => at(`maps.${i}.title`, inside)));

/** Which maps pass, and why others do not. */
const passing: Writer = (numbers) => (at) => {
  const { maps } = numbers;
  const own = passes(numbers);
  const left = maps.flatMap(({ fails }, i) => (fails === null ? [] : [reasons[fails](at, i)]));
  const why = left.length === 0 ? '' : `: ${left.join('; ')}`;
  if (own.length === 0) {
    return `No map of ${at('maps.length')} passes the checks, so where the network looked cannot be concluded from them${why}.`;
  }
  const pass = own.length === 1 ? 'passes' : 'pass';
  return `${titles(own, at)} ${pass} every check on this photo (${at('passing')} of ${at('maps.length')} maps)${why === '' ? '' : `; left out${why}`}.`;
};

const reasons = {
  flat: (at: At, i: number) => `${at(`maps.${i}.title`, inside)} has one value everywhere`,
  place: (at: At, i: number) =>
    `covering ${at(`maps.${i}.deletion.atLeast`)} of ${at(`maps.${i}.deletion.places`)} other places takes at least as much as covering what ${at(`maps.${i}.title`, inside)} ranks first`,
  network: (at: At, i: number) =>
    `${at(`maps.${i}.title`, inside)} is much the same for untrained networks (rank correlation ${at(`maps.${i}.untrained.mean`, twoDecimals)}, bound ${at('rules.alike')})`,
};

/** What covering the places of the map that takes most does. */
const deletion: Writer = (numbers) => (at) => {
  const lead = leadingMap(numbers);
  if (lead === null) return null;
  const of = `maps.${lead}.deletion`;
  const { name, unit } = scoreWords(numbers, at);
  const interval =
    numbers.maps[lead]!.deletion.difference.low === null
      ? ''
      : `, 95 % interval over places ${at(`${of}.difference.low`, fixed)} to ${at(`${of}.difference.high`, fixed)}`;
  const itself =
    numbers.maps[lead]!.fill === numbers.rules.fills[0] ? '; this map, too, was made by covering in that fill' : '';
  return (
    `Covering in ${at('rules.fills.0', fillName)} what ${at(`maps.${lead}.title`, inside)} ranks first, ${at(`${of}.shares`, shares)} % of the input in turn, ` +
    `leaves ${name} a mean of ${at(`${of}.mean`, fixed)}${unit}, from ${at(`${of}.before`, fixed)}; ` +
    `the same shapes at ${at(`${of}.places`)} other places leave ${at(`${of}.othersMean`, fixed)} ` +
    `(difference ${at(`${of}.difference.value`, fixed)}${interval}; p = ${at(`${of}.p`, chance)})${itself}.`
  );
};

/** Where the maps that pass are highest, and whether they rank the places alike. */
const places: Writer = (numbers) => (at) => {
  const own = passes(numbers);
  if (own.length === 0) return null;
  const same = new Set(own.map((i) => numbers.maps[i]!.place)).size === 1;
  const highest = same
    ? `${titles(own, at)} ${own.length === 1 ? 'is' : 'are'} highest ${at(`maps.${own[0]}.place`)}`
    : joined(own.map((i) => `${at(`maps.${i}.title`, inside)} is highest ${at(`maps.${i}.place`)}`));
  return `${highest}${agreementWords(numbers, at)}.`;
};

/** Of the pair of maps that is least alike. */
function agreementWords({ agreements, rules }: WhyNumbers, at: At): string {
  const [least] = agreements;
  if (least === undefined || least.p === null) return '';
  const numbers = `(rank correlation ${at('agreements.0.correlation', twoDecimals)}; p = ${at('agreements.0.p', chance)}, one moved to ${at('agreements.0.places')} other places)`;
  const pair = agreements.length === 1 ? 'they' : titles(least.of, at);
  if (least.p > rules.level) return `; that ${pair} rank places alike is not shown ${numbers}`;
  if (least.correlation! < rules.alike) return `; ${pair} agree more than by chance, yet weakly ${numbers}`;
  return `; ${agreements.length === 1 ? 'they' : `even the least alike, ${pair},`} rank places alike ${numbers}`;
}

/** `a square of 42×42 px at the left (3.5 % of the input)`. */
function squareWords({ input }: WhyNumbers, { square }: FillSearch, of: string, at: At): string {
  const place = placeWords(
    (square.left + square.width / 2) / input.width,
    (square.top + square.height / 2) / input.height,
  );
  return `${at(`${of}.square.width`)}×${at(`${of}.square.height`)} px ${place} (${at(`${of}.square.area`, share)} of the input)`;
}

const answerAfter = (of: string, at: At) => `${at(`${of}.label`, className)} with ${at(`${of}.probability`, percent)}`;

const region: Writer = (numbers) => (at) => {
  const { regions } = numbers;
  if (regions === null) return null;
  const [first] = regions.fills as [FillSearch];
  const of = 'regions.fills.0';
  const fill = at(`${of}.fill`, fillName);
  const pieces = piecesWords(numbers, at);
  if (!first.turned) {
    return `None of ${at(`${of}.squares`)} squares up to ${at(`${of}.side`)} px, covered in ${fill}, turns the answer (least margin ${at(`${of}.square.with.margin`, fixed)} logits)${pieces}.`;
  }
  const others =
    first.turning === 1
      ? `no other of ${at(`${of}.places`)} of this size does`
      : `${at(`${of}.turning`)} of ${at(`${of}.places`)} of this size do, so ${first.turning > numbers.rules.level * first.places ? 'little hangs on this very place' : 'the place is not the only one'}`;
  return (
    `The smallest square that turns the answer when covered in ${fill}, of ${at(`${of}.squares`)} tried on a grid of ${at('input.cell')} px, ` +
    `has ${squareWords(numbers, first, of, at)}: ${answerAfter(`${of}.square.with`, at)}; ${others}; alone, all else covered, ${aloneWords(numbers, first, at)}${pieces}.`
  );
};

/** Whether a square is enough by itself; where the fill alone has the same answer, that is not shown. */
function aloneWords({ answer: best }: WhyNumbers, { enough, whole }: FillSearch, at: At): string {
  const of = 'regions.fills.0';
  if (!enough) return `it is not enough (${answerAfter(`${of}.alone`, at)})`;
  const stays = `${at('answer.label', className)} (${at(`${of}.alone.probability`, percent)})`;
  if (whole.index !== best.index) return `it is enough for ${stays}`;
  return `the answer stays ${stays}, but so it does with all covered (${at(`${of}.whole.probability`, percent)})`;
}

function piecesWords({ regions }: WhyNumbers, at: At): string {
  const of = 'regions.pieces';
  const pieces = regions!.pieces;
  if (pieces === null) return '';
  if (!pieces.turned) return `; nor did a greedy search over ${at(`${of}.pieces`)} pieces of one colour turn it`;
  const some = pieces.covered.length === 1 ? 'piece' : 'pieces';
  return `; of ${at(`${of}.pieces`)} pieces of one colour ${at(`${of}.covered.length`)} ${some} (${at(`${of}.area`, share)}) turned it (${answerAfter(`${of}.with`, at)})`;
}

/** What the same square, or any, does under other fills. */
const otherFills: Writer = (numbers) => (at) => {
  if (numbers.regions === null) return null;
  const { fills, same } = numbers.regions;
  if (same.length > 0) {
    const words = same.map(
      (_, i) => `${answerAfter(`regions.same.${i}.with`, at)} (${at(`regions.same.${i}.fill`, fillName)})`,
    );
    const all = same.every(({ with: after }) => after.margin < 0);
    const verdict = all ? 'it turns the answer in these, too' : 'whether it turns the answer depends on the fill';
    return `The same square, covered in another fill, leaves ${joined(words)}: ${verdict}.`;
  }
  const others = fills.slice(1);
  if (others.length === 0) return null;
  const words = others.map((search, i) => {
    const of = `regions.fills.${i + 1}`;
    const fill = at(`${of}.fill`, fillName);
    return search.turned
      ? `in ${fill} one of ${squareWords(numbers, search, of, at)} does (${answerAfter(`${of}.square.with`, at)})`
      : `in ${fill} none of ${at(`${of}.squares`)} does`;
  });
  const verdict = others.some(({ turned }) => turned) ? ': what turns it depends on the fill' : '';
  return `Of such squares covered ${words.join(', and ')}${verdict}.`;
};

const classes: Writer =
  ({ maps, rules, rival }) =>
  (at) => {
    const alike = maps.flatMap(({ fails, rival: one }, i) =>
      fails === null && one !== null && one >= rules.alike ? [i] : [],
    );
    if (rival === null || alike.length === 0) return null;
    const words = alike.map(
      (i) => `${at(`maps.${i}.title`, inside)} (rank correlation ${at(`maps.${i}.rival`, twoDecimals)})`,
    );
    return `Why ${at('target.label', className)} and not ${at('rival.label', className)}: the maps for both are much alike by ${joined(words)}.`;
  };

const fillItself: Writer =
  ({ regions }) =>
  (at) => {
    const first = regions?.fills[0];
    const turns = [
      ...(first?.turned ? [first.square.with] : []),
      ...(regions?.pieces?.turned ? [regions.pieces.with] : []),
    ];
    // At a tie the fill alone says nothing.
    if (first === undefined || !(first.whole.margin < 0)) return null;
    if (!turns.some(({ index }) => index === first.whole.index)) return null;
    return `Whether the flip is about what was covered or about the cover: of ${at('regions.fills.0.fill', fillName)} alone the network answers ${answerAfter('regions.fills.0.whole', at)}, too.`;
  };

const limits: Writer =
  ({ regions, answer: best }) =>
  (at) => {
    const decided = regions === null ? 'What would turn the answer: nothing is decided here. ' : '';
    const right =
      best.probability === null
        ? ''
        : `, and whether ${at('answer.probability', percent)} is how often such an answer is right is not measured`;
    const others = best.probability === null ? ', and one photo says' : ', one photo says';
    return `${decided}Covering shows what the score needs while ${at('rules.fills.0', fillName)} stands in for it, not what causes it in the world; other shapes were not tried${others} nothing of others${right}.`;
  };
