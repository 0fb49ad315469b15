import { describe, expect, it } from 'vitest';
import { processorOf, roundingOf } from '../../src/explain/quality';

describe('a quality', () => {
  it('is float32 where it is exact, and says nothing', async () => {
    expect(await roundingOf('exact')).toEqual({ precision: 'float32', notes: [] });
  });
  it('is bfloat16, or float32 and the reason, and the same each time', async () => {
    const first = await roundingOf('good');
    expect(await roundingOf('draft')).toEqual(first);
    if (first.precision === 'bfloat16') expect(first.notes).toEqual([]);
    else expect(first.notes.join()).toMatch(/^multiplied in float32: this processor/);
  });
});

describe('a processor', () => {
  const cpus = [{ model: 'One' }, { model: 'One' }];
  it.each([
    ['fpu avx2 avx512f avx512_bf16', true],
    ['fpu amx_bf16 amx_tile', true],
    ['fp asimd bf16 i8mm', true],
    ['fpu avx2 avx512f avx512_vnni', false],
    [null, true],
  ] as const)('of %s may gain: %s', (flags, mayGain) => {
    expect(processorOf(cpus, flags)).toEqual({ model: 'One', threads: 2, mayGain });
  });
});
