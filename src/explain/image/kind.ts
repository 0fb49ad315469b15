/** What a picture's first bytes say that it is; `isReadable` says whether Whylight decodes it. */
export interface PictureKind {
  readonly name: string;
  readonly isReadable: boolean;
}

/** Bytes of a file that {@link pictureKind} asks for. */
export const HEAD = 32;

/** Whether a file begins a certain way, one sign a byte. */
type Beginning = (head: string) => boolean;

const starts =
  (...texts: readonly string[]): Beginning =>
  (head) =>
    texts.some((text) => head.startsWith(text));

/** The brand of an ISO media file: what is in the box that all of them share. */
const brand =
  (...brands: readonly string[]): Beginning =>
  (head) =>
    head.slice(4, 8) === 'ftyp' && brands.includes(head.slice(8, 12));

/** Two letters are too few to tell a picture by: the length of its second header is one of few. */
const isBmp: Beginning = (head) =>
  head.startsWith('BM') &&
  head.slice(15, 18) === '\0\0\0' &&
  [12, 40, 52, 56, 64, 108, 124].includes(head.charCodeAt(14));

const isPnm: Beginning = (head) => /^P[1-6]\s+[#\d]/.test(head);

const kinds: readonly (PictureKind & { readonly begins: Beginning })[] = [
  { name: 'JPEG', isReadable: true, begins: starts('\xff\xd8\xff') },
  { name: 'PNG', isReadable: true, begins: starts('\x89PNG\r\n\x1a\n') },
  { name: 'WebP', isReadable: true, begins: (head) => head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP' },
  { name: 'GIF', isReadable: true, begins: starts('GIF87a', 'GIF89a') },
  { name: 'TIFF', isReadable: true, begins: starts('II*\0', 'MM\0*', 'II+\0', 'MM\0+') },
  { name: 'AVIF', isReadable: true, begins: brand('avif', 'avis') },
  { name: 'HEIC', isReadable: false, begins: brand('heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'mif1', 'msf1') },
  { name: 'BMP', isReadable: true, begins: isBmp },
  { name: 'PNM', isReadable: true, begins: isPnm },
  { name: 'JPEG XL', isReadable: false, begins: starts('\xff\x0a', '\0\0\0\x0cJXL ') },
  { name: 'JPEG 2000', isReadable: false, begins: starts('\xff\x4f\xff\x51', '\0\0\0\x0cjP  \r\n') },
  { name: 'Photoshop', isReadable: false, begins: starts('8BPS') },
];

/** The kind of picture that a file's first bytes ({@link HEAD} of them) begin; null where they begin none. */
export function pictureKind(head: Uint8Array): PictureKind | null {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, HEAD)).toString('latin1');
  return kinds.find(({ begins }) => begins(text)) ?? null;
}
