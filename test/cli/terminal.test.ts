import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { project } from '../support/command';

const folder = mkdtempSync(path.join(os.tmpdir(), 'terminal-'));
const starter = path.join(project, 'scripts/whylight.mjs');
afterAll(() => rmSync(folder, { recursive: true }));

const explain = (out: string) => [
  starter,
  ...['explain', path.join(folder, 'photos'), '--network', 'scenes-fair', '--method', 'cam'],
  ...['--format', 'npy', '--out', path.join(folder, out)],
];

beforeAll(() => {
  mkdirSync(path.join(folder, 'photos'));
  for (const name of ['a', 'c']) {
    copyFileSync(path.join(project, 'notebooks/photos/chelsea.png'), path.join(folder, `photos/${name}.png`));
  }
  writeFileSync(path.join(folder, 'photos/b.png'), 'no picture');
});

/** Runs with these descriptors as stdout and stderr. */
const ended = (args: readonly string[], out: number, err: number) =>
  new Promise((resolve, reject) => {
    spawn(process.execPath, args, { stdio: ['ignore', out, err] })
      .once('error', reject)
      .once('close', resolve);
  });

test('a log that stdout and stderr share holds every line of both, and nothing of the engine', async () => {
  const log = path.join(folder, 'log');
  const descriptor = openSync(log, 'w');
  expect(await ended(explain('shared'), descriptor, descriptor)).toBe(1);
  closeSync(descriptor);
  const text = readFileSync(log, 'utf8');
  expect(text).toMatch(/photos\/a\.png/);
  expect(text).toMatch(/photos\/b\.png.*not a picture/);
  expect(text).toMatch(/photos\/c\.png/);
  expect(text).not.toMatch(/oneDNN|absl|\0/);
});

test('stderr in a file of its own holds the mistakes alone', async () => {
  const log = path.join(folder, 'errors');
  const descriptor = openSync(log, 'w');
  expect(await ended(explain('own'), openSync(os.devNull, 'w'), descriptor)).toBe(1);
  closeSync(descriptor);
  const text = readFileSync(log, 'utf8');
  expect(text).toMatch(/photos\/b\.png.*not a picture/);
  expect(text).not.toMatch(/oneDNN|absl/);
});

const pty = 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)';

test('a terminal shows a failure among few photos once; a file of either stream holds it, too', async () => {
  const seen = spawnSync('python3', ['-c', pty, process.execPath, ...explain('seen')], { encoding: 'utf8', input: '' });
  expect(seen.status).toBe(1);
  expect(seen.stdout.match(/photos\/b\.png.*not a picture/g)).toHaveLength(1);
  expect(seen.stdout).toMatch(/explained 2, failed 1\r\n$/);
  const apart = spawnSync(process.execPath, explain('apart'), { encoding: 'utf8' });
  expect(apart.stdout).toMatch(/^failed: cannot read .*b\.png.*\nexplained 2, failed 1\n$/m);
  expect(apart.stderr).toMatch(/^whylight: cannot read .*b\.png/m);
});

test('a terminal shows a bar that draws itself anew and is taken away', () => {
  const scenes = [
    starter,
    ...['scenes', '--count', '60', '--size', '32', '--leaks', 'none', '--out', path.join(folder, 's')],
  ];
  const seen = execFileSync('python3', ['-c', pty, process.execPath, ...scenes], { encoding: 'utf8', input: '' });
  expect(seen).toMatch(/scenes =*-+ \d+ % · \d+ of 60/);
  expect(seen).toContain('\u001b[?25h');
  expect(seen).not.toMatch(/oneDNN|absl/);
});
