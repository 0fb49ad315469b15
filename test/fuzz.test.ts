import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { kinds } from '../scripts/fuzz/kinds.mjs';

test('every reader answers damaged files with a result or one line', () => {
  const script = path.resolve(__dirname, '../scripts/fuzz.mjs');
  const { stdout, status } = spawnSync(process.execPath, [script, '--count', '15'], { encoding: 'utf8' });
  const lines = stdout.trim().split('\n');
  expect(lines.filter((line) => !/: 15 mutants, \d+ refused, 0 wrong, /.test(line))).toEqual([]);
  expect(lines).toHaveLength(Object.keys(kinds).length);
  expect(status).toBe(0);
}, 60_000);
