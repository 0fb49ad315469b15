import { WhylightError } from './errors';

const magic = '\x93NUMPY';

/**
 * A NumPy `.npy` file, format 1.0: float32, little-endian, C order.
 * @param values row by row
 * @param shape lengths of the axes; their product is the number of values
 * @throws WhylightError where shape and values disagree.
 */
export function encodeNpy(values: Float32Array, shape: readonly number[]): Uint8Array {
  const count = shape.reduce((product, length) => product * length, 1);
  if (count !== values.length) {
    throw new WhylightError(`cannot write ${values.length} values as an array of shape ${shape.join('×')}`);
  }
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${axes}), }`;
  // The values start at a multiple of 64 bytes: 10 bytes before the text, a line break after it.
  const header = `${text}${' '.repeat((64 - ((10 + text.length + 1) % 64)) % 64)}\n`;
  const bytes = Buffer.alloc(10 + header.length + values.length * 4);
  bytes.write(magic, 'latin1');
  bytes[6] = 1;
  bytes.writeUInt16LE(header.length, 8);
  bytes.write(header, 10, 'latin1');
  const view = new DataView(bytes.buffer, bytes.byteOffset + 10 + header.length);
  for (let i = 0; i < values.length; i++) view.setFloat32(i * 4, values[i]!, true);
  return bytes;
}

const MOST_AXES = 64;

/**
 * Reads what {@link encodeNpy} or `numpy.save` wrote for a float32 array in C order.
 * @throws WhylightError for any other file, saying which type or order it has.
 */
export function decodeNpy(bytes: Uint8Array): { readonly values: Float32Array; readonly shape: readonly number[] } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (buffer.length < 12 || buffer.toString('latin1', 0, 6) !== magic) {
    throw new WhylightError('this is not a .npy file (its first bytes are not \\x93NUMPY)');
  }
  const long = buffer[6]! > 1;
  const start = long ? 12 : 10;
  const end = start + (long ? buffer.readUInt32LE(8) : buffer.readUInt16LE(8));
  const header = buffer.toString('latin1', start, end);
  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const axes = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (descr !== '<f4' || !/'fortran_order':\s*False/.test(header) || axes === undefined) {
    throw new WhylightError(`unusable .npy array: ${header.trim().slice(0, 120)} (allowed: '<f4' in C order)`);
  }
  const shape = axes.split(',').flatMap((axis) => (axis.trim() === '' ? [] : [Number(axis)]));
  if (shape.length > MOST_AXES) {
    throw new WhylightError(`unusable .npy array: ${shape.length} axes (allowed: up to ${MOST_AXES}, as in NumPy)`);
  }
  const count = shape.reduce((product, length) => product * length, 1);
  if (buffer.length - end !== count * 4) {
    throw new WhylightError(
      `damaged .npy file: ${buffer.length - end} bytes of values where ${shape.join('×')} needs ${count * 4}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + end);
  return { values: Float32Array.from({ length: count }, (_, i) => view.getFloat32(i * 4, true)), shape };
}
