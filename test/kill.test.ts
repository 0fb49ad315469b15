import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';

test('runs that are killed lose nothing: the next one ends as if there had been no other', () => {
  const script = path.resolve(__dirname, '../scripts/kill.mjs');
  const args = ['--trials', '2', '--seed', '7', 'scenes', 'train'];
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  expect(`${stdout}${stderr}`).toMatch(
    /^scenes: 2 trials of .* s, \d+ files, 0 wrong\ntrain: 2 trials of .* s, \d+ files, 0 wrong\n$/,
  );
  expect(status).toBe(0);
}, 300_000);
