import { WhylightError } from '../../errors';

/** How numbers are stored in a weights file. `integer` covers booleans and every integer: counters, never weights. */
export interface ElementType {
  readonly name: string;
  /** Bytes a number. */
  readonly size: number;
  readonly kind: 'float' | 'integer';
}

export const elementTypes = {
  float32: { name: 'float32', size: 4, kind: 'float' },
  float16: { name: 'float16', size: 2, kind: 'float' },
  bfloat16: { name: 'bfloat16', size: 2, kind: 'float' },
  float64: { name: 'float64', size: 8, kind: 'float' },
  int64: { name: 'int64', size: 8, kind: 'integer' },
  int32: { name: 'int32', size: 4, kind: 'integer' },
  int16: { name: 'int16', size: 2, kind: 'integer' },
  int8: { name: 'int8', size: 1, kind: 'integer' },
  bool: { name: 'bool', size: 1, kind: 'integer' },
} as const satisfies Record<string, ElementType>;

let table: Float32Array | undefined;

/** float16 by its 16 bits: sign, 5 bits of exponent, 10 bits of fraction. */
function halfTable(): Float32Array {
  table ??= Float32Array.from({ length: 65_536 }, (_, bits) => {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    return exponent ? sign * 2 ** (exponent - 15) * (1 + fraction / 1024) : (sign * fraction) / 2 ** 24;
  });
  return table;
}

/**
 * Little-endian floats as float32: a view of the bytes where they are float32 in place, else a copy.
 * float64 is rounded to the nearest float32.
 */
export function toFloat32(bytes: Uint8Array, type: ElementType): Float32Array {
  const length = bytes.length / type.size;
  // Typed arrays want their place to be a multiple of the element's size.
  const aligned = bytes.byteOffset % type.size === 0 ? bytes : Uint8Array.from(bytes);
  const { buffer, byteOffset } = aligned;
  switch (type.name) {
    case 'float32':
      return new Float32Array(buffer, byteOffset, length);
    case 'float64':
      return Float32Array.from(new Float64Array(buffer, byteOffset, length));
    case 'float16': {
      const numbers = halfTable();
      const halves = new Uint16Array(buffer, byteOffset, length);
      const values = new Float32Array(length);
      for (let i = 0; i < length; i++) values[i] = numbers[halves[i]!]!;
      return values;
    }
    case 'bfloat16': {
      const halves = new Uint16Array(buffer, byteOffset, length);
      const bits = new Uint32Array(length);
      for (let i = 0; i < length; i++) bits[i] = halves[i]! << 16;
      return new Float32Array(bits.buffer);
    }
    default:
      throw new WhylightError(`weights of type ${type.name} (allowed: float32, float16, bfloat16, float64)`);
  }
}

/** float32 as float16 by its 16 bits, rounded to the nearest, ties to even; from 65,520 on infinite. */
export function toFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, (one, i) => {
    const sign = (one >>> 16) & 0x8000;
    const magnitude = one & 0x7fffffff;
    if (magnitude > 0x7f800000) return sign | 0x7e00;
    if (magnitude >= 0x477ff000) return sign | 0x7c00;
    // Below 2^-14 a half counts in steps of 2^-24.
    if (magnitude < 0x38800000) return sign | roundToEven(Math.abs(values[i]!) * 2 ** 24);
    return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  });
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
