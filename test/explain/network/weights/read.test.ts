import { expect, test } from 'vitest';
import { readWeights } from '../../../../src/explain/network/weights/read';
import { encodeSafetensors } from '../../../../src/explain/network/weights/safetensors';

test('safetensors are known by their content, however long their header is', () => {
  const lengths = new Set<number>();
  for (let extra = 1; extra < 300; extra++) {
    const name = 'n'.repeat(extra);
    const bytes = encodeSafetensors(new Map([[name, { shape: [2], values: new Float32Array([1.5, -2]) }]]));
    lengths.add(bytes[0]!);
    expect([...readWeights(bytes, 'x').get(name)!.values]).toEqual([1.5, -2]);
  }
  // 0x80 is also how a pickle begins.
  expect(lengths.has(0x80)).toBe(true);
});
