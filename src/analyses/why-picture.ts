import { createHash } from 'node:crypto';
import type { Attribution } from '../explain/attribution';
import { coverBox } from '../explain/cells';
import { changeRegions } from '../explain/decision-flip';
import type { NetworkInput, Preprocessing } from '../explain/image/preprocessing';
import type { ImageSample } from '../explain/image/sample';
import type { Look } from '../explain/look';
import type { Figure } from '../plots/figure';
import { type Outline, type WhyPicture, whyPanel } from '../plots/why-panel';
import { className, percent, titleInside } from '../plots/words';
import type { WhyNumbers } from './why-numbers';
import { filledInput, piecesOf } from './why-regions';
import { leadingMap } from './why-sentences';

/** The figure of an explanation, from its numbers and maps. */
export function whyFigure(
  look: Pick<Look, 'network' | 'input'>,
  numbers: WhyNumbers,
  maps: readonly Attribution[],
  options: Pick<WhyPicture, 'picture' | 'width'> = {},
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

function scoreAxis({ target }: WhyNumbers): string {
  if (target.kind === 'class' && target.unit === undefined) return `lead of ${className(target.label)}, logits`;
  return target.unit ? `${target.label}, ${target.unit}` : `score ${target.label}`;
}

/** The smaller of the two regions that turn the answer with the first fill that has one. */
function regionPicture(look: Pick<Look, 'network' | 'input'>, { regions, rules }: WhyNumbers): WhyPicture['region'] {
  if (regions === null) return null;
  const { network, input } = look;
  const search = regions.fills.find(({ turned }) => turned) ?? regions.fills[0]!;
  const { pieces } = regions;
  const filling = filledInput(look, search.fill, rules.seed);
  const channels = network.inputShape[2];
  if (pieces?.turned && pieces.fill === search.fill && (!search.turned || pieces.area < search.square.area)) {
    const { labels } = piecesOf(input);
    const values = changeRegions({ input: input.values, regions: labels, replacement: filling }, pieces.covered);
    const inside = (i: number) => pieces.covered.includes(labels[i]!);
    return {
      image: pictureOf(values, look),
      words: `Covered: ${className(pieces.with.label)}, ${percent(pieces.with.probability)}`,
      spoken: `With ${pieces.covered.length} of ${pieces.pieces} pieces covered, outlined, the answer is ${className(pieces.with.label)} with ${percent(pieces.with.probability)}.`,
      outline: borderOf(inside, input.height, input.width),
    };
  }
  const { square } = search;
  const values = input.values.slice();
  coverBox(values, filling, square, input.width, channels);
  const after = `${className(square.with.label)}, ${percent(square.with.probability)}`;
  const { top, left, height, width } = square;
  const inside = (i: number) => {
    const [y, x] = [Math.floor(i / input.width), i % input.width];
    return y >= top && y < top + height && x >= left && x < left + width;
  };
  return {
    image: pictureOf(values, look),
    words: search.turned ? `Covered: ${after}` : `Nothing turns it: ${after}`,
    spoken: search.turned
      ? `With the outlined square of ${width}×${height} px covered, the answer is ${className(square.with.label)} with ${percent(square.with.probability)}.`
      : `No square turns the answer; with the outlined one of ${width}×${height} px covered it comes nearest: ${className(square.with.label)} with ${percent(square.with.probability)}.`,
    outline: borderOf(inside, input.height, input.width),
  };
}

/** Where a region begins and ends: along each row and column of edges the longest lines. */
function borderOf(inside: (at: number) => boolean, height: number, width: number): Outline[] {
  const is = (y: number, x: number) => y >= 0 && y < height && x >= 0 && x < width && inside(y * width + x);
  const lines = (
    outer: number,
    inner: number,
    differs: (o: number, i: number) => boolean,
    point: (o: number, i: number) => readonly [number, number],
  ) => {
    const all: Outline[] = [];
    for (let o = 0; o <= outer; o++) {
      let start = -1;
      for (let i = 0; i <= inner; i++) {
        const edge = i < inner && differs(o, i);
        if (edge && start < 0) start = i;
        if (edge || start < 0) continue;
        all.push({ from: point(o, start), to: point(o, i) });
        start = -1;
      }
    }
    return all;
  };
  return [
    ...lines(
      height,
      width,
      (y, x) => is(y - 1, x) !== is(y, x),
      (y, x) => [x, y],
    ),
    ...lines(
      width,
      height,
      (x, y) => is(y, x - 1) !== is(y, x),
      (x, y) => [x, y],
    ),
  ];
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
