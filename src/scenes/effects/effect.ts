/** Corners of the picture. */
export const corners = ['top left', 'top right', 'bottom left', 'bottom right'] as const;
export type Corner = (typeof corners)[number];

/** A small half-transparent mark, stamped on the picture last. */
export interface WatermarkSpec {
  readonly kind: 'watermark';
  readonly corner: Corner;
}

/** A Gaussian blur of the whole picture; `sigma` as a share of the picture's shorter side, 0 to 0.1. */
export interface BlurSpec {
  readonly kind: 'blur';
  readonly sigma: number;
}

/** Coloured light: the factor of red, green and blue, each 0.1 to 4; what exceeds 255 is cut off. */
export interface CastSpec {
  readonly kind: 'cast';
  readonly gain: readonly [number, number, number];
}

/** A factor on the whole picture, 0.1 to 4, cut off at 255; a grey card of fixed reflectance in a corner shows how large it is. */
export interface ExposureSpec {
  readonly kind: 'exposure';
  readonly gain: number;
  readonly corner: Corner;
}

export type EffectSpec = WatermarkSpec | BlurSpec | CastSpec | ExposureSpec;
export type EffectKind = EffectSpec['kind'];

/** In the order in which they are applied, whatever the order in a spec. */
export const effectKinds: readonly EffectKind[] = ['exposure', 'cast', 'blur', 'watermark'];
