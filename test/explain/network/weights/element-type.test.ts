import { describe, expect, it } from 'vitest';
import { elementTypes, toFloat16, toFloat32 } from '../../../../src/explain/network/weights/element-type';

const numbers = (halves: Uint16Array) => toFloat32(new Uint8Array(halves.buffer), elementTypes.float16);

describe('toFloat16', () => {
  it('gives every half back', () => {
    const all = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);
    const values = numbers(all);
    const again = toFloat16(values);
    for (const [bits, value] of values.entries()) {
      if (Number.isNaN(value)) expect(again[bits]! & 0x7fff).toBe(0x7e00);
      else expect(again[bits], `${value}`).toBe(bits);
    }
  });

  it('rounds to the nearest, ties to even', () => {
    const to = (value: number) => numbers(toFloat16(Float32Array.of(value)))[0]!;
    const step = 2 ** -10;
    expect(to(1 + 0.49 * step)).toBe(1);
    expect(to(1 + 0.5 * step)).toBe(1);
    expect(to(1 + 1.5 * step)).toBe(1 + 2 * step);
    expect(to(1 + 0.51 * step)).toBe(1 + step);
    expect(to(1.5 * 2 ** -24)).toBe(2 * 2 ** -24);
    expect(to(-(2 ** -15) - 2 ** -26)).toBe(-(2 ** -15));
    expect(to(65_519)).toBe(65_504);
    expect(to(65_520)).toBe(Number.POSITIVE_INFINITY);
    expect(to(-1e10)).toBe(Number.NEGATIVE_INFINITY);
  });
});
