import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { WhylightError } from '../../../../src/explain/errors';
import { readCheckpoint, readWeights } from '../../../../src/explain/network/weights/read';
import { encodeSafetensors } from '../../../../src/explain/network/weights/safetensors';
import { drawn } from '../../../support/networks';

const folder = path.join(__dirname, '../../../golden/weights');
const bytesIn = (name: string) => new Uint8Array(readFileSync(path.join(folder, name)));
const golden = JSON.parse(readFileSync(path.join(folder, 'contents.json'), 'utf8')).files as Record<
  string,
  Record<string, { shape: number[]; values: string[] }>
>;

const words: Record<string, number> = { inf: Number.POSITIVE_INFINITY, '-inf': Number.NEGATIVE_INFINITY };

describe.each(Object.entries(golden))('%s', (name, wanted) => {
  const read = readWeights(bytesIn(name), name);

  test('has the floating-point tensors, by name', () => {
    expect([...read.keys()].sort()).toEqual(Object.keys(wanted).sort());
  });

  test.each(Object.entries(wanted))('%s', (tensor, { shape, values }) => {
    const found = read.get(tensor)!;
    expect(found.shape).toEqual(shape);
    expect(found.values).toBeInstanceOf(Float32Array);
    expect(found.values).toEqual(Float32Array.from(values, (value) => words[value] ?? Number(value)));
  });
});

test('a whole module is read by its parameters’ names, its code neither run nor asked for', () => {
  const read = readWeights(bytesIn('whole-model.pth'), 'whole-model.pth');
  expect([...read].map(([name, { shape }]) => [name, shape])).toEqual([
    ['fc.weight', [2, 3]],
    ['fc.bias', [2]],
  ]);
  expect(readCheckpoint(bytesIn('whole-model.pth'), 'x').notes[0]).toMatch(/whole objects \(__main__\.Net\)/);
});

test('bytes that lie anywhere in a larger buffer', () => {
  for (const name of ['plain.pth', 'plain-legacy.pth', 'plain.safetensors']) {
    const bytes = bytesIn(name);
    for (const shift of [1, 2, 3]) {
      const larger = new Uint8Array(bytes.length + 10);
      larger.set(bytes, shift);
      expect(readWeights(larger.subarray(shift, shift + bytes.length), name)).toEqual(readWeights(bytes, name));
    }
  }
});

test('safetensors written here are read back, the same bytes in any order', () => {
  const parameters = new Map([
    ['b', { shape: [2, 3], values: drawn(6, 1) }],
    ['7', { shape: [4], values: drawn(4, 2) }],
    ['ä "quoted"', { shape: [], values: drawn(1, 3) }],
    ['empty', { shape: [0, 3], values: new Float32Array(0) }],
  ]);
  const bytes = encodeSafetensors(parameters);
  expect(readWeights(bytes, 'own')).toEqual(parameters);
  expect(encodeSafetensors(new Map([...parameters].reverse()))).toEqual(bytes);
  expect(() => encodeSafetensors(new Map([['x', { shape: [3], values: drawn(2, 4) }]]))).toThrow(
    'x: 2 values for shape 3',
  );
  expect(() => encodeSafetensors(new Map([['__metadata__', { shape: [], values: drawn(1, 5) }]]))).toThrow(
    'a tensor cannot be named __metadata__',
  );
});

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

test.each<[string, Uint8Array, RegExp]>([
  ['an empty file', new Uint8Array(0), /the file is empty/],
  ['a text', Buffer.from('hello, I am no weights file'), /of another kind \(allowed: PyTorch/],
  ['a web page', Buffer.from('\n<!DOCTYPE html><html>'), /it is a web page/],
  ['a Git LFS pointer', Buffer.from('version https://git-lfs.github.com/spec/v1\n'), /Git LFS pointer/],
  ['a PNG', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /of another kind/],
  ['a list of tensors', bytesIn('list.pth'), /no named tensors: there is a list at the top/],
  ['integers alone', bytesIn('integers.pth'), /no tensors of floating-point numbers/],
])('%s is refused in one line', (_, bytes, message) => {
  const refused = () => readWeights(bytes, 'weights.pth');
  expect(refused).toThrow(WhylightError);
  expect(refused).toThrow(message);
  expect(refused).toThrow(/^cannot read the weights weights\.pth: [^\n]*$/);
});
