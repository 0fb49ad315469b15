/** What a picture's first bytes say that it is; `isReadable` says whether Whylight decodes it. */
export interface PictureKind {
  readonly name: string;
  readonly isReadable: boolean;
}

/** Bytes of a file that {@link pictureKind} asks for. */
export const HEAD = 128;

/** Whether a file begins a certain way, one sign a byte. */
type Beginning = (head: string) => boolean;

const starts =
  (...texts: readonly string[]): Beginning =>
  (head) =>
    texts.some((text) => head.startsWith(text));

/** Brands of an ISO media file, in its first box: its own, then those of readers that it is also for. */
function brandsOf(head: string): readonly string[] {
  if (head.slice(4, 8) !== 'ftyp') return [];
  const length = Buffer.from(head.slice(0, 4), 'latin1').readUInt32BE();
  const others = head.slice(16, Math.max(16, length)).match(/.{4}/gs) ?? [];
  return [head.slice(8, 12), ...others];
}

/** What the brands say of how pictures are coded: `mif1` and its like are a container of any. */
const coded: Readonly<Record<string, 'AV1' | 'HEVC'>> = {
  ...{ avif: 'AV1', avis: 'AV1' },
  ...{ heic: 'HEVC', heix: 'HEVC', hevc: 'HEVC', hevx: 'HEVC', heim: 'HEVC', heis: 'HEVC' },
};
const codingOf = (head: string) => brandsOf(head).flatMap((brand) => coded[brand] ?? [])[0] ?? null;

const isContainer: Beginning = (head) => ['mif1', 'msf1', 'miaf'].includes(brandsOf(head)[0] ?? '');

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
  { name: 'AVIF', isReadable: true, begins: (head) => codingOf(head) === 'AV1' },
  { name: 'HEIC', isReadable: false, begins: (head) => codingOf(head) === 'HEVC' },
  { name: 'HEIF', isReadable: false, begins: isContainer },
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
