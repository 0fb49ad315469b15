import { WhylightError } from '../../errors';
import { elementTypes, toFloat32 } from '../weights/element-type';
import { quoteName } from '../weights/quote-name';
import type { Constant } from './model';
import { readDoubles, readFields, readFloats, readIntegers } from './wire';

/** A part of a file beside the model's own. */
export interface ExternalData {
  readonly location: string;
  readonly offset: number;
  /** In bytes; null: up to the file's end. */
  readonly length: number | null;
}

/** Gives the bytes of such a part, for the tensor of that name. */
export type ReadExternal = (tensor: string, data: ExternalData) => Uint8Array;

interface Kind {
  readonly name: string;
  readonly size: number;
  readonly integer: boolean;
  readonly decode: (bytes: Uint8Array) => ArrayLike<number>;
}

const aligned = (bytes: Uint8Array, size: number) => (bytes.byteOffset % size === 0 ? bytes : Uint8Array.from(bytes));

const whole = (
  name: string,
  size: number,
  view: new (buffer: ArrayBufferLike, offset: number, length: number) => ArrayLike<number | bigint>,
): Kind => ({
  name,
  size,
  integer: true,
  decode: (bytes) => {
    const { buffer, byteOffset } = aligned(bytes, size);
    return Array.from(new view(buffer, byteOffset, bytes.length / size), Number);
  },
});

const real = (name: keyof typeof elementTypes): Kind => ({
  name,
  size: elementTypes[name].size,
  integer: false,
  decode: (bytes) => toFloat32(bytes, elementTypes[name]),
});

/** By their numbers in the format. */
const kinds: Readonly<Record<number, Kind>> = {
  1: real('float32'),
  2: whole('uint8', 1, Uint8Array),
  3: whole('int8', 1, Int8Array),
  4: whole('uint16', 2, Uint16Array),
  5: whole('int16', 2, Int16Array),
  6: whole('int32', 4, Int32Array),
  7: whole('int64', 8, BigInt64Array),
  9: whole('bool', 1, Uint8Array),
  10: real('float16'),
  11: real('float64'),
  12: whole('uint32', 4, Uint32Array),
  13: whole('uint64', 8, BigUint64Array),
  16: real('bfloat16'),
};

/** Numbers that a tensor may hold: more than any network of today in one weight. */
const MOST = 2 ** 31;

/**
 * A tensor of an ONNX file.
 * @throws WhylightError naming it, for a type or a count of numbers that cannot be.
 */
export function readTensor(bytes: Uint8Array, readExternal: ReadExternal): { name: string; constant: Constant } {
  const shape: number[] = [];
  const numbers: number[] = [];
  const external = new Map<string, string>();
  let [type, name, outside] = [0, '', false];
  let raw: Uint8Array | null = null;
  readFields(bytes, {
    1: (reader) => readIntegers(reader, shape),
    2: (reader) => {
      type = reader.readInt32();
    },
    4: (reader) => readFloats(reader, numbers),
    5: (reader) => readIntegers(reader, numbers),
    7: (reader) => readIntegers(reader, numbers),
    8: (reader) => {
      name = reader.readString();
    },
    9: (reader) => {
      raw = reader.readBytes();
    },
    10: (reader) => readDoubles(reader, numbers),
    11: (reader) => readIntegers(reader, numbers),
    13: (reader) => {
      let [key, value] = ['', ''];
      readFields(reader.readBytes(), {
        1: (entry) => {
          key = entry.readString();
        },
        2: (entry) => {
          value = entry.readString();
        },
      });
      external.set(key, value);
    },
    14: (reader) => {
      outside = reader.readInt32() === 1;
    },
  });
  const tensor = quoteName(name);
  const kind = kinds[type];
  if (kind === undefined) {
    const allowed = Object.values(kinds).map((each) => each.name);
    throw new WhylightError(`tensor ${tensor} is of type ${type} of the format (allowed: ${allowed.join(', ')})`);
  }
  const count = shape.reduce((product, length) => product * length, 1);
  if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0) || !(count <= MOST)) {
    throw new WhylightError(
      `tensor ${tensor} has the shape ${shape.slice(0, 8).join('×')} (allowed: up to 2^31 numbers)`,
    );
  }
  if (outside) raw = readExternal(name, externalData(tensor, external));
  const values = raw === null ? fromList(kind, numbers) : decoded(tensor, kind, raw, count);
  if (values.length !== count) {
    throw new WhylightError(`tensor ${tensor} of shape ${shape.join('×')} holds ${values.length} numbers`);
  }
  return { name, constant: { shape, values, integer: kind.integer } };
}

function decoded(tensor: string, kind: Kind, raw: Uint8Array, count: number): ArrayLike<number> {
  if (raw.length === count * kind.size) return kind.decode(raw);
  throw new WhylightError(`tensor ${tensor} of ${count} ${kind.name} numbers holds ${raw.length} bytes`);
}

/** Numbers given one by one; half-precision ones as their bits. */
function fromList(kind: Kind, numbers: readonly number[]): ArrayLike<number> {
  if (kind.integer) return numbers;
  if (kind.size !== 2) return Float32Array.from(numbers);
  return kind.decode(new Uint8Array(Uint16Array.from(numbers).buffer));
}

function externalData(tensor: string, entries: ReadonlyMap<string, string>): ExternalData {
  const location = entries.get('location');
  if (location === undefined) throw new WhylightError(`tensor ${tensor} lies in another file that it does not name`);
  const bytes = (key: string) => {
    const text = entries.get(key);
    if (text === undefined) return null;
    const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(count)) return count;
    throw new WhylightError(`tensor ${tensor} lies in another file at ${key} ${quoteName(text)} (allowed: bytes)`);
  };
  return { location, offset: bytes('offset') ?? 0, length: bytes('length') };
}
