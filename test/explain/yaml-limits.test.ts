import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readCard } from '../../src/explain/network/card';
import { readYamlText } from '../../src/explain/yaml-source';
import { parseStudy } from '../../src/report/study';

const folder = mkdtempSync(path.join(os.tmpdir(), 'yaml-'));
afterAll(() => rmSync(folder, { recursive: true }));

const lines = (count: number, line: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');
const long = (part: string, bytes = 900_000) => part.repeat(bytes / part.length);
const unfolding = `a0: &a0 [1, 1]\n${lines(30, (i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]`)}`;

test.each<[string, string, RegExp]>([
  ['20,000 keys', lines(20_000, (i) => `key${i}: 1`), /mine\.yaml/],
  ['200,000 keys', lines(200_000, (i) => `key${i}: 1`), /1000000/],
  ['aliases of aliases', unfolding, /: \d+ values or more, aliases unfolded \(allowed: up to 100000\)$/],
  ['many anchors', `x: ${long('&a ')}`, /: more anchors than are allowed \(up to 1000\)$/],
  ['many aliases', `x: &x 1\n${lines(30_000, (i) => `a${i}: *x`)}`, /: more aliases than are allowed \(up to 1000\)$/],
  ['many tags', `x: ${long('!a ')}`, /: more tags than are allowed \(up to 1000\)$/],
  ['maps as keys', long('? '), /: more keys that begin with \? than are allowed \(up to 1000\)$/],
  ['a map as a key', '? {a: 1}\n: 2', /line 1: a key has to be a text$/],
  ['lists in lists', long('['), /: more than 50 levels of lists and keys, one in another$/],
  ['maps in maps', lines(400, (i) => `${' '.repeat(i)}a:`), /: more than 50 levels of lists and keys, one in another$/],
  ['lists never begun', long(']'), /: more than 50 levels/],
  ['lists on one line', long('- '), /: more signs than are allowed \(up to 200000\)$/],
  ['many texts', long('"'), /: more values than are allowed \(up to 100000\)$/],
  ['many directives', long('%TAG\n'), /: more directives than are allowed \(up to 1000\)$/],
  ['an alias of nothing', 'title: *nope', /line 1: \*nope stands for nothing above it$/],
  ['an alias of itself', 'title: &a [*a]', /line 1: \*a stands for nothing above it$/],
  ['a key twice', 'title: 1\nphotos: {}\ntitle: 2', /line 3: the key title is there twice$/],
  ['keys of every object', '__proto__: {title: 1}\nconstructor: 2\ntitle: x', /unknown key|missing|unusable/],
  ['a word alone', 'title', /mine\.yaml/],
])('cards and studies of %s', async (_, text, message) => {
  const card = path.join(folder, 'mine.yaml');
  writeFileSync(card, text);
  for (const read of [() => readCard(card), async () => parseStudy(text, 'mine.yaml')]) {
    const start = performance.now();
    const error = await read().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'WhylightError', message: expect.stringMatching(message) });
    expect((error as Error).message.length).toBeLessThan(400);
    expect(performance.now() - start).toBeLessThan(2000);
  }
});

test('an override with an alias, and one that takes an anchor away', () => {
  const study = 'extends: scenes\ntitle: &t Mine\nnetworks: {a: {card: scenes-fair, called: *t, about: x}}\n';
  expect(() => parseStudy(study, 'mine.yaml', ['title=*nope'])).toThrow(
    /^unusable --set: title: line 1: \*nope stands/,
  );
  expect(() => parseStudy(study, 'mine.yaml', ['title=Other'])).toThrow(/Unresolved alias.*: t$/);
});

test('a file without an end is read to its limit', () => {
  expect(() => readYamlText('/dev/zero')).toThrow(/^zero: more than 1000000 bytes$/);
  expect(readYamlText(path.join(folder, 'absent'))).toBeNull();
});
