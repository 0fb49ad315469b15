import { createHash } from 'node:crypto';
import type { Attribution } from '../explain/attribution';
import { changeRegions } from '../explain/decision-flip';
import type { NetworkInput, Preprocessing } from '../explain/image/preprocessing';
import type { ImageSample } from '../explain/image/sample';
import type { Look } from '../explain/look';
import type { Figure } from '../plots/figure';
import { type Outline, type WhyPicture, whyPanel } from '../plots/why-panel';
import { className, percent, targetName, titleInside } from '../plots/words';
import { hasNamesake } from './why-names';
import type { WhyNumbers } from './why-numbers';
import { type ChangedAnswer, covered, type FillSearch, filledInput, piecesOf } from './why-regions';
import { fillName, leadingMap } from './why-sentences';

/** The figure of an explanation, from its numbers and maps. */
export function whyFigure(
  look: Pick<Look, 'network' | 'input'>,
  numbers: WhyNumbers,
  maps: readonly Attribution[],
  options: Pick<WhyPicture, 'picture' | 'width' | 'columns'> = {},
): Figure {
  const lead = leadingMap(numbers) ?? 0;
  const order = [lead, ...maps.keys()].filter((i, at, all) => all.indexOf(i) === at);
  const deletion = numbers.maps[lead]!.deletion;
  const from = (values: readonly number[]) => [deletion.before, ...values];
  return whyPanel({
    ...options,
    maps: order.map((i) => maps[i]!),
    passes: order.map((i) => numbers.maps[i]!.fails === null),
    region: regionPicture(look, numbers),
    curves: order.map((i) => ({
      name: titleInside(maps[i]!),
      shares: [0, ...numbers.maps[i]!.deletion.shares],
      scores: [deletion.before, ...numbers.maps[i]!.deletion.own],
    })),
    band: { shares: [0, ...deletion.shares], low: from(deletion.lowest), high: from(deletion.highest) },
    score: scoreAxis(numbers),
  });
}

function scoreAxis({ target, score }: WhyNumbers): string {
  const name = targetName(target);
  if (score === 'lead') return `lead of ${name}, logits`;
  if (score === 'logit') return `logit of ${name}`;
  return target.unit ? `${name}, ${target.unit}` : name;
}

/** The smallest region that turns the answer, of all fills; where none does, the square that comes nearest in the first. */
function regionPicture(look: Pick<Look, 'network' | 'input'>, numbers: WhyNumbers): WhyPicture['region'] {
  const { regions, rules } = numbers;
  if (regions === null) return null;
  const { network, input } = look;
  const [first] = regions.fills as [FillSearch];
  const turned = regions.fills.filter((one) => one.turned);
  const search = turned.reduce((best, one) => (best.turned && best.square.area <= one.square.area ? best : one), first);
  const { pieces } = regions;
  const below = ({ margin }: ChangedAnswer) => (regions.turns === 'half' && margin < 0 ? ', below one half' : '');
  const nameOf = (one: ChangedAnswer) => `${className(one.label)}${hasNamesake(numbers, one) ? ` (${one.index})` : ''}`;
  const after = (one: ChangedAnswer) => `${nameOf(one)} with ${percent(one.probability)}${below(one)}`;
  const heading = (one: ChangedAnswer) => `Covered: ${one.margin < 0 ? '' : 'still '}${nameOf(one)}${below(one)}`;
  if (pieces?.turned && (!search.turned || pieces.area < search.square.area)) {
    const { labels } = piecesOf(input);
    const filling = filledInput({ network, input }, pieces.fill, rules.seed);
    const values = changeRegions({ input: input.values, regions: labels, replacement: filling }, pieces.covered);
    const inside = (i: number) => pieces.covered.includes(labels[i]!);
    return {
      image: pictureOf(values, look),
      words: heading(pieces.with),
      spoken: `With ${pieces.covered.length} of ${pieces.pieces} pieces covered in ${fillName(pieces.fill)}, outlined, the answer is ${after(pieces.with)}.`,
      outline: borderOf(inside, input.height, input.width),
    };
  }
  const { square } = search;
  const values = covered(input, filledInput({ network, input }, search.fill, rules.seed), square);
  const { top, left, height, width } = square;
  const inside = (i: number) => {
    const [y, x] = [Math.floor(i / input.width), i % input.width];
    return y >= top && y < top + height && x >= left && x < left + width;
  };
  return {
    image: pictureOf(values, look),
    words: heading(square.with),
    spoken: search.turned
      ? `With the outlined square of ${width}×${height} px covered in ${fillName(search.fill)}, the answer is ${after(square.with)}.`
      : `No square that was tried turns the answer; with the outlined one of ${width}×${height} px covered in ${fillName(search.fill)} it comes nearest: ${after(square.with)}.`,
    outline: borderOf(inside, input.height, input.width),
  };
}

/** Where a region begins and ends: along each row and column of edges the longest lines. */
function borderOf(inside: (at: number) => boolean, height: number, width: number): Outline[] {
  const is = (y: number, x: number) => y >= 0 && y < height && x >= 0 && x < width && inside(y * width + x);
  const across = Array.from({ length: height + 1 }, (_, y) =>
    runs(width, (x) => is(y - 1, x) !== is(y, x)).map(([from, to]): Outline => ({ from: [from, y], to: [to, y] })),
  );
  const down = Array.from({ length: width + 1 }, (_, x) =>
    runs(height, (y) => is(y, x - 1) !== is(y, x)).map(([from, to]): Outline => ({ from: [x, from], to: [x, to] })),
  );
  return [...across, ...down].flat();
}

/** Where a condition begins to hold and where it ends. */
function runs(length: number, holds: (at: number) => boolean): [number, number][] {
  const ends: number[] = [];
  for (let at = 0; at <= length; at++) {
    const [before, here] = [at > 0 && holds(at - 1), at < length && holds(at)];
    if (before !== here) ends.push(at);
  }
  return Array.from({ length: ends.length / 2 }, (_, i) => [ends[2 * i]!, ends[2 * i + 1]!]);
}

/** What an input's values look like. */
function pictureOf(
  values: Float32Array,
  { network: { preprocessing }, input }: Pick<Look, 'network' | 'input'>,
): ImageSample {
  const pixels = bytesOf(values, preprocessing, input);
  return { ...input.image, pixels, sha256: createHash('sha256').update(pixels).digest('hex') };
}

function bytesOf(
  values: Float32Array,
  { mean, std, channels }: Preprocessing,
  { height, width }: NetworkInput,
): Uint8Array {
  const count = mean.length;
  return Uint8Array.from({ length: height * width * 3 }, (_, i) => {
    const colour = i % 3;
    const channel = count === 1 ? 0 : channels === 'bgr' ? 2 - colour : colour;
    const value = values[Math.floor(i / 3) * count + channel]! * std[channel]! + mean[channel]!;
    return Math.round(255 * Math.min(1, Math.max(0, value)));
  });
}
