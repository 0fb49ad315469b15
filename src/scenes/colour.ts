/** Red, green and blue, 0–255, fractions allowed. */
export type Colour = readonly [number, number, number];

/** The colour `amount` (0–1) of the way from `a` to `b`. */
export function mix(a: Colour, b: Colour, amount: number): Colour {
  return [a[0] + (b[0] - a[0]) * amount, a[1] + (b[1] - a[1]) * amount, a[2] + (b[2] - a[2]) * amount];
}

/** A colour under more (factor > 1) or less light; shadows lean to blue, as they do under an open sky. */
export function shade(colour: Colour, factor: number): Colour {
  if (factor <= 1) return [colour[0] * factor, colour[1] * factor, colour[2] * (factor + (1 - factor) * 0.12)];
  const lift = Math.min(1, factor - 1);
  return mix(colour, [255, 250, 238], lift);
}

/** The colour as canvas wants it. */
export function css(colour: Colour, alpha = 1): string {
  const channel = (value: number) => Math.max(0, Math.min(255, Math.round(value)));
  return `rgba(${channel(colour[0])},${channel(colour[1])},${channel(colour[2])},${alpha})`;
}

/** `#rrggbb` as a colour. */
export function hex(text: string): Colour {
  const value = Number.parseInt(text.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** A colour as `#rrggbb`. */
export function toHex(colour: Colour): string {
  return `#${colour.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;
}
