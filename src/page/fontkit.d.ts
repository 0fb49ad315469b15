declare module 'fontkit' {
  /** Reads a font file (ttf, otf, woff, woff2), or a collection of fonts. Throws an error for anything else. */
  export function create(bytes: Buffer): { readonly characterSet?: readonly number[] };
}
