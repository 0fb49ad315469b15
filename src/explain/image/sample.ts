/** A decoded photo: what every method explains. */
export interface ImageSample {
  /** RGB, 8 bits a channel, row by row: `height × width × 3` bytes. */
  readonly pixels: Uint8Array;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** sha256 (hex) of the encoded file, or of the pixels where the picture was drawn. */
  readonly sha256: string;
  /** The file's name without its folder, or a short name of the drawing. */
  readonly source: string;
}

/** A rectangle of the photo, in photo pixels (fractions allowed). */
export interface CropBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
