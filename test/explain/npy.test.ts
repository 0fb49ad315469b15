import { describe, expect, it } from 'vitest';
import { decodeNpy, encodeNpy } from '../../src/explain/npy';
import { golden } from '../support/pictures';

describe('npy', () => {
  it.each(golden.npy)('writes and reads the bytes of numpy.save: $shape', ({ shape, values, bytes }) => {
    const numpy = new Uint8Array(Buffer.from(bytes, 'base64'));
    const array = Float32Array.from(values);
    expect(Buffer.from(encodeNpy(array, shape)).equals(numpy)).toBe(true);
    expect(decodeNpy(numpy)).toEqual({ values: array, shape });
  });

  it('keeps NaN, infinities, negative zero and denormals, at any alignment', () => {
    const values = Float32Array.from([Number.NaN, Number.POSITIVE_INFINITY, -0, 1e-42, 3.4e38, -1 / 3]);
    const bytes = encodeNpy(values, [2, 3]);
    const shifted = new Uint8Array(bytes.length + 3).subarray(3);
    shifted.set(bytes);
    expect(decodeNpy(shifted)).toEqual({ values, shape: [2, 3] });
  });

  it('refuses a wrong shape, another type, Fortran order, a cut file and other files', () => {
    expect(() => encodeNpy(new Float32Array(5), [2, 3])).toThrow(/5 values as an array of shape 2×3/);
    const bytes = Buffer.from(encodeNpy(new Float32Array(6), [2, 3]));
    const edited = (from: string, to: string) => Buffer.from(bytes.toString('latin1').replace(from, to), 'latin1');
    expect(() => decodeNpy(edited('<f4', '<f8'))).toThrow(/allowed: '<f4' in C order/);
    expect(() => decodeNpy(edited('False', 'True '))).toThrow(/C order/);
    expect(() => decodeNpy(bytes.subarray(0, bytes.length - 1))).toThrow(/damaged/);
    expect(() => decodeNpy(Buffer.from('hello, this is text'))).toThrow(/not a \.npy file/);
  });
});
