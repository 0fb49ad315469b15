import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { csvRows } from '../../src/cli/csv-rows';
import { cell } from '../../src/cli/manifest-columns';
import { seededRandom } from '../../src/explain/random';

const folder = mkdtempSync(path.join(os.tmpdir(), 'csv-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = path.join(folder, 'a.csv');
const rowsOf = (text: string) => {
  writeFileSync(file, text);
  return [...csvRows(file)];
};

test('cells with commas, quotes and lines, and a last row that does not end', () => {
  expect(rowsOf('a,"b ""c"", d\ne",\n"",é\n')).toEqual([
    ['a', 'b "c", d\ne', ''],
    ['', 'é'],
  ]);
  expect(rowsOf('a\nb,c')).toEqual([['a'], ['b', 'c']]);
  expect(rowsOf('')).toEqual([]);
  expect(rowsOf('"a\nb')).toEqual([['a\nb']]);
});

test('what is written is read, across the chunks of a file', () => {
  const random = seededRandom(3);
  const signs = ['a', '"', ',', '\n', '\r', 'é', '🐺', '""'];
  const rows = Array.from({ length: 5000 }, () =>
    Array.from({ length: 4 }, (_, i) =>
      Array.from({ length: i === 0 ? 8 : Math.floor(random() * 9) }, () => signs[Math.floor(random() * 8)]!).join(''),
    ),
  );
  expect(rowsOf(rows.map((row) => `${row.map(cell).join(',')}\n`).join(''))).toEqual(rows);
});

test('a quote that is never closed is no gigabyte', () => {
  expect(() => rowsOf(`"${'x'.repeat(5_000_000)}`)).toThrow('a row of more than 4194304 signs');
});
