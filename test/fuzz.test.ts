import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { bombs } from '../scripts/fuzz/bombs.mjs';
import { kinds } from '../scripts/fuzz/kinds.mjs';

test('every reader answers damaged files with a result or one line', () => {
  const script = path.resolve(__dirname, '../scripts/fuzz.mjs');
  const { stdout, status } = spawnSync(process.execPath, [script, '--count', '15'], { encoding: 'utf8' });
  const lines = stdout.trim().split('\n');
  expect(lines.filter((line) => !/: 15 mutants, \d+ refused, 0 wrong, /.test(line))).toEqual([]);
  expect(lines).toHaveLength(Object.keys(kinds).length);
  expect(status).toBe(0);
}, 300_000);

test('what is made to keep a machine busy is read, or refused in one line that says why', () => {
  const script = path.resolve(__dirname, '../scripts/fuzz/explode.mjs');
  const numbers = [...bombs.keys()].map(String);
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' };
  const { stdout } = spawnSync(process.execPath, [script, ...numbers], { encoding: 'utf8', env });
  const answers = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(answers).toHaveLength(bombs.length);
  const harmless = ['a million labels', 'a hundred thousand entries', 'a title of a million spaces'];
  const others = answers.filter(({ what }) => !harmless.includes(what));
  expect(
    others.filter(({ error, message }) => error !== 'WhylightError' || !/^[^\n\r]{10,2000}$/.test(message)),
  ).toEqual([]);
}, 300_000);
