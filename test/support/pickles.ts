import { zipSync } from 'fflate';

/** A pickle or a piece of one: bytes, or text standing for its latin-1 bytes. */
export type Piece = string | Uint8Array | readonly Piece[];

/** Puts pieces together. */
export function bytesOf(...pieces: readonly Piece[]): Uint8Array {
  const flat = pieces.map((piece) =>
    typeof piece === 'string'
      ? Buffer.from(piece, 'latin1')
      : piece instanceof Uint8Array
        ? piece
        : Buffer.from(bytesOf(...piece)),
  );
  return new Uint8Array(Buffer.concat(flat));
}

function u32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export const text = (value: string): Piece => ['X', u32(Buffer.byteLength(value)), Buffer.from(value)];
export const global = (module: string, name: string): Piece => `c${module}\n${name}\n`;
export const tuple = (...items: readonly Piece[]): Piece => ['(', ...items, 't'];
export const dict = (...pairs: readonly (readonly [Piece, Piece])[]): Piece => ['}(', ...pairs, 'u'];
/** Any whole number, as torch.save writes large ones. */
export function whole(value: number | bigint): Piece {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return ['\x8a', '\x08', bytes];
}
/** Calls a name with arguments. */
export const call = (callee: Piece, ...args: readonly Piece[]): Piece => [callee, tuple(...args), 'R'];

/** A storage kept beside the pickle. */
export const storage = (key: string, length: number | bigint, type = 'FloatStorage'): Piece => [
  tuple(text('storage'), global('torch', type), text(key), text('cpu'), whole(length)),
  'Q',
];

/** A tensor as torch.save writes it. */
export function tensor(
  from: Piece,
  shape: readonly (number | bigint)[],
  strides: readonly (number | bigint)[],
  offset: number | bigint = 0,
): Piece {
  const lengths = (values: readonly (number | bigint)[]) => tuple(...values.map(whole));
  return call(
    global('torch._utils', '_rebuild_tensor_v2'),
    from,
    whole(offset),
    lengths(shape),
    lengths(strides),
    '\x89',
    call(global('collections', 'OrderedDict')),
  );
}

/** A pickle of protocol 2. */
export const pickle = (...pieces: readonly Piece[]): Uint8Array => bytesOf('\x80\x02', ...pieces, '.');

/** A PyTorch file in the zip format around a pickle. */
export function zipFile(
  checkpoint: Uint8Array,
  storages: Readonly<Record<string, Uint8Array>> = {},
  more: Readonly<Record<string, Uint8Array>> = {},
): Uint8Array {
  const files: Record<string, Uint8Array> = { 'archive/data.pkl': checkpoint, ...more };
  for (const [key, bytes] of Object.entries(storages)) files[`archive/data/${key}`] = bytes;
  return zipSync(files, { level: 0 });
}

/** A PyTorch file in the legacy format around a pickle. */
export function legacyFile(checkpoint: Uint8Array, keys: Piece = ']', storages: readonly Piece[] = []): Uint8Array {
  const magic = ['\x80\x02', '\x8a\x0a', Buffer.from('6cfc9c46f9206aa85019', 'hex'), '.'];
  const version = pickle('M', Buffer.from('e903', 'hex'));
  const system = pickle(dict([text('little_endian'), '\x88']));
  return bytesOf(magic, version, system, checkpoint, pickle(keys), ...storages);
}
