import { WhylightError } from '../../errors';
import type { Parameter } from '../network';
import { ByteReader } from './byte-reader';
import { type Checkpoint, isCounter } from './checkpoint';
import { type ElementType, elementTypes, toFloat16, toFloat32 } from './element-type';
import { quoteName } from './quote-name';
import { parseStrictJson } from './strict-json';

const dtypes: Readonly<Record<string, ElementType>> = {
  F32: elementTypes.float32,
  F16: elementTypes.float16,
  BF16: elementTypes.bfloat16,
  F64: elementTypes.float64,
  I64: elementTypes.int64,
  I32: elementTypes.int32,
  I16: elementTypes.int16,
  I8: elementTypes.int8,
  U64: elementTypes.int64,
  U32: elementTypes.int32,
  U16: elementTypes.int16,
  U8: elementTypes.int8,
  BOOL: elementTypes.bool,
};

interface Entry {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** Room for the names of 100,000 tensors: the largest networks have 10,000. */
const HEADER_BYTES = 16_000_000;

/**
 * The safetensors format: length of the header (uint64), a header in JSON, then the numbers without gaps.
 * Tensors of integers are left out.
 */
export function readSafetensors(bytes: Uint8Array): Checkpoint {
  const reader = new ByteReader(bytes, 'the file');
  const length = reader.u64();
  if (length > HEADER_BYTES) {
    throw new WhylightError(`its header declares ${length} bytes (allowed: up to ${HEADER_BYTES})`);
  }
  const header = parseStrictJson(reader.take(length), 'its header', 3);
  const data = reader.take(reader.left);
  if (header === null || typeof header !== 'object' || Array.isArray(header)) {
    throw new WhylightError('its header is not a JSON object');
  }
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => readEntry(name, value));
  checkPlaces(entries, data.length);
  const floats = new Map(entries.filter((one) => one.type.kind === 'float').map((entry) => [entry.name, entry]));
  return {
    format: 'safetensors',
    tensors: [...floats.values()]
      .filter(({ name }) => !isCounter(name))
      .map(({ name, shape }) => ({ key: '', name, shape, place: name })),
    unreadable: new Map(),
    bystanders: [],
    labels: [],
    architecture: null,
    notes: [],
    instead: 'it holds no tensors of floating-point numbers',
    read: (tensors) =>
      new Map(
        [...tensors].map(([as, { name }]) => {
          const { type, shape, start, end } = floats.get(name)!;
          return [as, { shape, values: toFloat32(data.subarray(start, end), type) }];
        }),
      ),
  };
}

function readEntry(name: string, value: unknown): Entry {
  const title = quoteName(name);
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  const type = typeof dtype === 'string' && Object.hasOwn(dtypes, dtype) ? dtypes[dtype] : undefined;
  if (type === undefined) {
    throw new WhylightError(
      `${title} is of type ${quoteName(String(dtype))} (allowed: ${Object.keys(dtypes).join(', ')})`,
    );
  }
  if (!isWholeNumbers(shape) || shape.length > 16) throw new WhylightError(`${title} has no proper shape`);
  if (!isWholeNumbers(offsets) || offsets.length !== 2) throw new WhylightError(`${title} has no proper data_offsets`);
  const [start, end] = offsets as [number, number];
  const length = shape.reduce((product, axis) => product * axis, type.size);
  if (end - start !== length) {
    throw new WhylightError(
      `${title} has ${end - start} bytes where ${shape.join('×') || 'one'} of ${dtype} needs ${length}`,
    );
  }
  return { name, type, shape, start, end };
}

function isWholeNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

/** Every byte belongs to exactly one tensor. */
function checkPlaces(entries: readonly Entry[], length: number): void {
  let place = 0;
  for (const { name, start, end } of [...entries].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== place) {
      const what = start < place ? 'overlaps the tensor before it' : 'leaves a gap before it';
      throw new WhylightError(`${quoteName(name)} at ${start}–${end} ${what} (which ends at ${place})`);
    }
    place = end;
  }
  if (place !== length) throw new WhylightError(`its tensors need ${place} bytes, and it holds ${length}`);
}

/**
 * A safetensors file of float32 (or float16) tensors, the same bytes for the same parameters in any order: sorted by name,
 * the numbers at a multiple of 8 bytes.
 * @throws WhylightError where a shape and its values disagree, or a name cannot be used.
 */
export function encodeSafetensors(
  parameters: ReadonlyMap<string, Parameter>,
  { half = false }: { readonly half?: boolean } = {},
): Uint8Array {
  const size = half ? 2 : 4;
  const sorted = [...parameters].sort(([a], [b]) => (a < b ? -1 : 1));
  // Written out by hand: a JavaScript object would put names that are whole numbers first.
  const header: string[] = [];
  let place = 0;
  for (const [name, { shape, values }] of sorted) {
    const count = shape.reduce((product, axis) => product * axis, 1);
    if (count !== values.length)
      throw new WhylightError(`${name}: ${values.length} values for shape ${shape.join('×')}`);
    if (name === '__metadata__' || Buffer.from(name).toString() !== name) {
      throw new WhylightError(`a tensor cannot be named ${quoteName(name)}`);
    }
    const entry = { dtype: half ? 'F16' : 'F32', shape, data_offsets: [place, place + size * count] };
    header.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    place += size * count;
  }
  const text = Buffer.from(`{${header.join(',')}}`);
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const bytes = Buffer.alloc(start + place);
  bytes.writeBigUInt64LE(BigInt(start - 8), 0);
  bytes.fill(' ', 8, start);
  bytes.set(text, 8);
  let at = start;
  for (const [, { values }] of sorted) {
    const numbers = half ? toFloat16(values) : values;
    bytes.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), at);
    at += numbers.byteLength;
  }
  return bytes;
}
