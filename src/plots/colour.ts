import { interpolateInferno, interpolateRdBu } from 'd3-scale-chromatic';
import { extremesOf } from '../explain/statistics/extremes';
import { magnitudeAt } from '../explain/statistics/magnitudes';

/** Red, green, blue 0–255 and opacity 0–1. */
export type Rgba = readonly [number, number, number, number];

/** How raw values become colours. Display only: the values stay as they are. */
export interface ColourScale {
  /** Values at the ends; beyond them the end colour is used. */
  readonly minimum: number;
  readonly maximum: number;
  /** True where some values lie beyond an end: the one farther from 0 of a signed scale, else the maximum. */
  readonly clipped: boolean;
  readonly signed: boolean;
  /** Opacity of the strongest value. */
  readonly opacity: number;
  /** Of a value, from −1 (0 where unsigned) to 1, which is the end's. */
  readonly strength: (value: number) => number;
  /** Colour of a value. Weak values are transparent so that the photo shows through. */
  readonly colour: (value: number) => Rgba;
  /** The same as a Plotly colour scale from `minimum` to `maximum`. */
  readonly plotly: readonly (readonly [number, string])[];
}

/** How a scale is chosen. */
export interface ScaleOptions {
  /**
   * Share of the pixels with the largest absolute values that get the end colour, so that one hot pixel does not dim
   * the rest. Default 0.01 for unsigned maps such as saliency; for signed ones 0, or 0.01 where few pixels outshine all.
   */
  readonly clip?: number;
  /** Opacity of the strongest value, 0–1. Default 0.85. */
  readonly opacity?: number;
}

type ScaledMap = { readonly values: Float32Array; readonly signed: boolean };

/** Colours of the unsigned and of the signed scale leave out their ends that would hide in a photo or wash it out. */
const DARKEST_INFERNO = 0.15;
const PALEST_DIVERGING = 0.35;

function parse(colour: string): readonly [number, number, number] {
  if (colour.startsWith('#')) {
    const value = Number.parseInt(colour.slice(1), 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
  }
  const [r, g, b] = colour.match(/[\d.]+/g)!.map(Number);
  return [r!, g!, b!];
}

/** The absolute value that a share `clip` of the values reach or exceed; the largest where that is 0; 1 for zeros. */
export function displayLimit(values: Float32Array, clip: number): number {
  const last = values.length - 1;
  if (last < 0) return 1;
  return magnitudeAt(values, Math.min(last, Math.floor((1 - clip) * values.length))) || magnitudeAt(values, last) || 1;
}

const beyond = (values: Float32Array, from: number) => (from === 0 ? values : values.map((value) => value - from));

/** Gradients times something are signed and as spiky as a saliency map; a class activation map is smooth. */
function usualClip(values: Float32Array, signed: boolean): number {
  return !signed || displayLimit(values, 0.01) < displayLimit(values, 0) / 2 ? 0.01 : 0;
}

/** Colour of a strength −1…1 (signed) or 0…1, its opacity growing in proportion. */
function colourOf(strength: number, signed: boolean, opacity: number): Rgba {
  const size = Math.abs(strength);
  const side = Math.sign(strength) * (PALEST_DIVERGING + (1 - PALEST_DIVERGING) * size);
  const text = signed
    ? interpolateRdBu((1 - side) / 2)
    : interpolateInferno(DARKEST_INFERNO + (1 - DARKEST_INFERNO) * size);
  return [...parse(text), opacity * Math.min(1, 1.5 * size)];
}

/**
 * The scale of one map or, given several, one shared by all: inferno from 0 for unsigned maps (from their least value
 * where that is far above 0 or below it), blue–red around 0 for signed ones, whose two sides are equally steep and reach
 * only as far as the values do. Both are even to the eye and safe for colour-blind readers; the opacity grows with the
 * strength up to two thirds of the scale.
 */
export function colourScale(maps: readonly ScaledMap[], { clip, opacity = 0.85 }: ScaleOptions = {}): ColourScale {
  const signed = maps.some((map) => map.signed);
  const limitOf = (from = 0) =>
    from + Math.max(...maps.map(({ values }) => displayLimit(beyond(values, from), clip ?? usualClip(values, signed))));
  // A map such as RISE's never comes near 0: from there it would be one colour; of a score it may be negative, and unseen.
  const ends = maps.map(({ values }) => extremesOf(values));
  const [bottom, top] = [Math.min(...ends.map((one) => one.lowest)), Math.max(...ends.map((one) => one.highest))];
  const [lowest, highest] = [Math.min(0, bottom), Math.max(0, top)];
  const least = signed ? 0 : bottom;
  const limit = least < 0 ? limitOf(least) : limitOf();
  const floor = least < 0 || (least > 0.3 * limit && least < limit) ? least : 0;
  const empty = lowest === 0 && highest === 0;
  const minimum = signed ? (empty ? -limit : Math.max(-limit, lowest)) : floor;
  const maximum = signed && !empty ? Math.min(limit, highest) : limit;
  const strength = (value: number) => Math.max(signed ? -1 : 0, Math.min(1, (value - floor) / (limit - floor)));
  const colour = (value: number) => colourOf(strength(value), signed, opacity);
  return {
    minimum,
    maximum,
    clipped: signed ? highest > maximum || lowest < minimum : top > maximum,
    signed,
    opacity,
    strength,
    colour,
    plotly: stops(minimum, maximum).map((share) => {
      const [r, g, b, a] = colour(minimum + (maximum - minimum) * share);
      return [share, `rgba(${Math.round(r)},${Math.round(g)},${Math.round(b)},${a.toFixed(3)})`] as const;
    }),
  };
}

/** Colours from strength −1 to 1, or 0 to 1, by the kind of scale and its opacity: the same for all maps. */
const strengthTables = new Map<string, Uint8ClampedArray>();
/** Strengths told apart between 0 and 1: eight for each colour of the scale of unsigned maps. */
const STEPS = 2048;

function strengthTable(signed: boolean, opacity: number): Uint8ClampedArray {
  const key = `${signed} ${opacity}`;
  const before = strengthTables.get(key);
  if (before !== undefined) return before;
  const count = (signed ? 2 : 1) * STEPS + 1;
  const table = new Uint8ClampedArray(4 * count);
  for (let i = 0; i < count; i++) {
    const [r, g, b, a] = colourOf(i / STEPS - (signed ? 1 : 0), signed, opacity);
    table.set([r, g, b, 255 * a], 4 * i);
  }
  strengthTables.set(key, table);
  return table;
}

/** Red, green, blue and opacity of each strength, 0–255, one after another, and where a value's begin. */
export interface ColourTable {
  readonly colours: Uint8ClampedArray;
  readonly place: (value: number) => number;
}

/** The scale for many values, to the nearest of 2048 steps of strength. */
export function colourTable({ signed, opacity, strength }: ColourScale): ColourTable {
  const zero = signed ? STEPS : 0;
  return {
    colours: strengthTable(signed, opacity),
    place: (value) => 4 * (zero + Math.round(strength(value) * STEPS)),
  };
}

/** Even shares 0…1, and the one where the value is 0: the hue turns there. */
function stops(minimum: number, maximum: number): number[] {
  const even = Array.from({ length: 33 }, (_, i) => i / 32);
  const zero = -minimum / (maximum - minimum);
  return [...new Set(zero > 0 && zero < 1 ? [...even, zero] : even)].sort((a, b) => a - b);
}

/** A value at an end of a scale, marked where values lie beyond that end. */
export function endText({ minimum, maximum, clipped, signed }: ColourScale, value: number, text: string): string {
  const farther = signed && -minimum > maximum ? minimum : maximum;
  const end = value === farther || (signed && value === -farther && (value === minimum || value === maximum));
  return clipped && end ? `${value === maximum ? '≥' : '≤'} ${text}` : text;
}

/** A colour as it looks on white paper, as CSS. */
export function onWhite([r, g, b, a]: Rgba): string {
  return `rgb(${[r, g, b].map((channel) => Math.round(channel * a + 255 * (1 - a))).join(',')})`;
}
