import type { ImageSample } from '../explain/image/sample';
import type { Figure } from './figure';
import { baseLayout, headingAbove, photoBehind, pictureAxes, wrapText } from './layout';
import { COLUMN } from './print-geometry';

/** What a network answers, for people. */
interface SpokenAnswer {
  readonly label: string;
  readonly probability: number;
}

/** A decision that a part of the picture turns. */
export interface FlipPicture {
  /** The photo's or scene's name. */
  readonly subject: string;
  /** Title of the network. */
  readonly network: string;
  readonly before: SpokenAnswer;
  /** What the network saw, and the same with all of it exchanged that may be. */
  readonly own: ImageSample;
  readonly other: ImageSample;
  /** Name of the background in `other`, with the answer to it; null where `other` is no picture of its own (segments filled). */
  readonly background: string | null;
  readonly after: SpokenAnswer;
  /** The smallest change. */
  readonly change: {
    readonly segments: number;
    readonly exchanged: number;
    /** Share of what the network sees. */
    readonly area: number;
    readonly answer: SpokenAnswer;
    readonly before: { readonly difference: number };
    readonly after: { readonly difference: number };
  };
  /** H×W of the input: 1 where it was exchanged. */
  readonly changed: Uint8Array;
}

const FONT = 11;
const GAP = 6;
/** A vivid orange that stays apart from grey for every kind of colour vision. */
const MARK = [230, 97, 1] as const;

const short = (label: string) => label.split(',')[0]!;
const percent = (share: number, digits = 1) => `${(100 * share).toFixed(digits)} %`;
const spoken = ({ label, probability }: SpokenAnswer) => `${short(label)} ${percent(probability)}`;
const logits = (value: number) => value.toFixed(2).replace('-', '−');

/**
 * A decision that turns: the photo; where there is one, the same object before another background; the photo with the
 * smallest change that turns the answer; and where that change is, in orange on the pale photo.
 */
export function flipPanel(flip: FlipPicture, { width }: { readonly width?: number } = {}): Figure {
  const { own, other, background, changed, change, before, after } = flip;
  const mixed = picture(own, (at) => (changed[at] === 1 ? pixel(other, at) : pixel(own, at)));
  const where = picture(own, (at) => marked(own, at, changed[at] === 1));
  const whole = background === null ? [] : [{ image: other, lines: [`On ${background}`, spoken(after)] }];
  const panels = [
    { image: own, lines: ['As it is', spoken(before)] },
    ...whole,
    { image: mixed, lines: ['Smallest change', spoken(change.answer)] },
    { image: where, lines: ['Where it is', percent(change.area)] },
  ];
  const wide = width ?? Math.max(COLUMN, 160 * panels.length);
  const inner = wide - 4;
  const side = (inner - GAP * (panels.length - 1)) / panels.length;
  const headings = panels.map(({ lines }) => lines.flatMap((line) => wrapText(line, side, FONT)));
  const top = 4 + Math.ceil(Math.max(...headings.map(({ length }) => length)) * FONT * 1.3);
  const tall = side * (own.height / own.width);
  const axisOf = (i: number) => (i === 0 ? '' : String(i + 1));
  const domain = (i: number) => {
    const left = (i * (side + GAP)) / inner;
    return { x: [left, Math.min(1, left + side / inner)] as const, y: [0, 1] as const };
  };
  return {
    data: panels.map((_, i) => ({ type: 'scatter', x: [], y: [], xaxis: `x${axisOf(i)}`, yaxis: `y${axisOf(i)}` })),
    layout: {
      ...baseLayout(FONT),
      margin: { l: 2, r: 2, t: top, b: 2 },
      width: wide,
      height: Math.round(tall + top + 2),
      images: panels.map(({ image }, i) => photoBehind(image, axisOf(i))),
      annotations: headings.map((lines, i) => headingAbove(lines, domain(i), FONT)),
      ...Object.assign({}, ...panels.map(({ image }, i) => pictureAxes(image, axisOf(i), domain(i)))),
    },
    alt: altOf(flip),
    caption: captionOf(flip),
  };
}

const pixel = ({ pixels }: ImageSample, at: number) =>
  [pixels[3 * at]!, pixels[3 * at + 1]!, pixels[3 * at + 2]!] as const;

function picture(like: ImageSample, colour: (at: number) => readonly [number, number, number]): ImageSample {
  const pixels = new Uint8Array(like.pixels.length);
  for (let at = 0; at < pixels.length / 3; at++) pixels.set(colour(at), 3 * at);
  return { ...like, pixels };
}

/** A pale grey photo, orange where it was changed. */
function marked(image: ImageSample, at: number, changed: boolean): readonly [number, number, number] {
  const [r, g, b] = pixel(image, at);
  const pale = 150 + 0.4 * (0.3 * r + 0.59 * g + 0.11 * b);
  const mix = (mark: number) => Math.round(changed ? 0.65 * mark + 0.35 * pale : pale);
  return [mix(MARK[0]), mix(MARK[1]), mix(MARK[2])];
}

/** Where the change lies, by thirds of the picture. */
function placeOf({ changed, own }: FlipPicture): string {
  let [count, x, y] = [0, 0, 0];
  changed.forEach((value, at) => {
    if (value === 0) return;
    count++;
    x += at % own.width;
    y += Math.floor(at / own.width);
  });
  const third = (value: number, size: number, names: readonly [string, string, string]) =>
    names[Math.min(2, Math.floor((3 * (value / count + 0.5)) / size))]!;
  const [row, column] = [
    third(y, own.height, ['upper', 'middle', 'lower']),
    third(x, own.width, ['left', 'middle', 'right']),
  ];
  return row === 'middle' && column === 'middle' ? 'the middle' : `the ${row} ${column}`;
}

function altOf(flip: FlipPicture): string {
  const { subject, network, before, after, background, change } = flip;
  const whole = background === null ? '' : ` On ${background} it answers ${spoken(after)}.`;
  return `${network} answers ${spoken(before)} to ${subject}.${whole} With ${percent(change.area)} of the picture changed, centred in ${placeOf(flip)}, it answers ${spoken(change.answer)}.`;
}

function captionOf({ subject, network, before, background, after, change }: FlipPicture): string {
  const { segments, exchanged, area, answer } = change;
  const whole = background === null ? '' : ` The same object on ${background}: ${spoken(after)}.`;
  return `${subject}: ${network} answers ${spoken(before)}.${whole} The smallest change that was found to turn the answer: ${exchanged} of ${segments} segments, ${percent(area)} of what the network sees; none of them can be left out. It answers ${spoken(answer)} then; logit(${short(before.label)}) − logit(${short(answer.label)}) goes from ${logits(change.before.difference)} to ${logits(change.after.difference)}.`;
}
