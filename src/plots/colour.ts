import { interpolateInferno, interpolateRdBu } from 'd3-scale-chromatic';

/** Red, green, blue 0–255 and opacity 0–1. */
export type Rgba = readonly [number, number, number, number];

/** How raw values become colours. Display only: the values stay as they are. */
export interface ColourScale {
  /** Values at the ends; beyond them the end colour is used. */
  readonly minimum: number;
  readonly maximum: number;
  /** Colour of a value. Weak values are transparent so that the photo shows through. */
  readonly colour: (value: number) => Rgba;
  /** The same as a Plotly colour scale. */
  readonly plotly: readonly (readonly [number, string])[];
}

/** How a scale is chosen. */
export interface ScaleOptions {
  /** Share of the largest absolute values that are clipped, so that one hot pixel does not dim the rest. Default 0.01. */
  readonly clip?: number;
  /** Opacity of the strongest value. Default 0.85. */
  readonly opacity?: number;
}

function parse(colour: string): readonly [number, number, number] {
  if (colour.startsWith('#')) {
    const value = Number.parseInt(colour.slice(1), 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
  }
  const [r, g, b] = colour.match(/[\d.]+/g)!.map(Number);
  return [r!, g!, b!];
}

/** Smallest value that no more than `clip` of the absolute values exceed; 1 for a map of zeros. */
export function displayLimit(values: Float32Array, clip: number): number {
  const sorted = Float32Array.from(values, Math.abs).sort();
  const limit = sorted[Math.min(sorted.length - 1, Math.floor((1 - clip) * sorted.length))] ?? 0;
  return limit || sorted.at(-1) || 1;
}

/**
 * The scale of one map or, given several, one shared by all: inferno from 0 for unsigned maps, blue–red around 0
 * for signed ones. Both are even to the eye and safe for colour-blind readers.
 */
export function colourScale(
  maps: readonly { readonly values: Float32Array; readonly signed: boolean }[],
  { clip = 0.01, opacity = 0.85 }: ScaleOptions = {},
): ColourScale {
  const limit = Math.max(...maps.map(({ values }) => displayLimit(values, clip)));
  const signed = maps.some((map) => map.signed);
  const at = (share: number): Rgba => {
    // From 0.12 of inferno on: its black end would look like a shadow in the photo.
    const rgb = parse(signed ? interpolateRdBu(1 - share) : interpolateInferno(0.12 + 0.88 * share));
    const strength = signed ? Math.abs(2 * share - 1) : share;
    return [...rgb, opacity * Math.min(1, strength * 1.6) ** 0.8];
  };
  const share = (value: number) => Math.min(1, Math.max(0, signed ? (value / limit + 1) / 2 : value / limit));
  const steps = Array.from({ length: 33 }, (_, i) => i / 32);
  return {
    minimum: signed ? -limit : 0,
    maximum: limit,
    colour: (value) => at(share(value)),
    plotly: steps.map((step) => {
      const [r, g, b, a] = at(step);
      return [step, `rgba(${Math.round(r)},${Math.round(g)},${Math.round(b)},${a.toFixed(3)})`] as const;
    }),
  };
}
