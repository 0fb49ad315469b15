import { spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { project, whylight } from '../support/command';
import { runCommand } from '../support/in-process';

const home = mkdtempSync(path.join(os.tmpdir(), 'adversity-'));
const at = (...parts: string[]) => path.join(home, ...parts);
const [wolf, study, claims] = [at('wolf.png'), at('small.yaml'), at('claims.yaml')];

const mounts: string[] = [];
/** A file system in memory, of so many kB; null where this process may mount none. */
function disk(name: string, kilobytes: number): string | null {
  mkdirSync(at(name));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', at(name)]);
  if (status !== 0) return null;
  mounts.push(at(name));
  return at(name);
}
const mayMount = disk('try', 16) !== null;

beforeAll(async () => {
  process.env.WHYLIGHT_CACHE = at('cache');
  const scenes = ['--count', '24', '--size', '32', '--leaks', 'none', '--out', at('drawn')];
  expect((await runCommand('scenes', ...scenes)).code).toBe(0);
  copyFileSync(at('drawn/photos/wolf', readdirSync(at('drawn/photos/wolf'))[0]!), wolf);
  const figure =
    '{ id: wolf, kind: saliency, shows: A wolf, photo: { scene: single, kind: wolf, seed: 3 }, network: scenes-fair }';
  const text = `title: Small\nauthors: [Whylight]\ndata: drawn scenes\nfigures: [${figure}]\n`;
  writeFileSync(study, text);
  writeFileSync(
    claims,
    `${text}claims: { network: scenes-fair, scenes: 4, seed: 1, background: { networks: [scenes-fair], scenes: 8 }, only: [C3] }\n`,
  );
});
afterAll(() => {
  for (const mount of mounts) spawnSync('umount', [mount]);
  rmSync(home, { recursive: true, force: true });
  delete process.env.WHYLIGHT_CACHE;
});

/** Each command that writes, into a folder. */
const commands: Readonly<Record<string, (out: string) => string[]>> = {
  scenes: (out) => ['scenes', '--count', '2', '--size', '32', '--leaks', 'none', '--out', path.join(out, 'new')],
  'scenes --claims': (out) => ['scenes', '--claims', claims, '--out', path.join(out, 'new')],
  train: (out) => {
    const data = ['--data', at('drawn/photos'), '--backbone', 'tiny-resnet'];
    return ['train', 'mine', ...data, '--side', '32', '--epochs', '1', '--out', out];
  },
  explain: (out) => ['explain', wolf, '--network', 'scenes-fair', '--method', 'saliency', '--out', out],
  why: (out) => ['why', wolf, '--network', 'scenes-fair', '--quick', '--out', out],
  evaluate: (out) => {
    const few = ['--methods', 'saliency', '--measures', 'relevance-mass', '--no-cache'];
    return ['evaluate', '--network', 'scenes-fair', '--scenes', '2', ...few, '--out', out];
  },
  report: (out) => ['report', '--study', study, '--no-cache', '--out', out],
  'report new': (out) => ['report', 'new', path.join(out, 'mine')],
  import: (out) => [
    'import',
    path.join(project, 'networks/scenes-fair.safetensors'),
    '--size',
    '128',
    '--out',
    path.join(out, 'c.yaml'),
  ],
};

const listing = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();

/** In this process, or where figures are drawn in a thread, which only the built command line has, in another. */
async function run(command: readonly string[]) {
  if (!['why', 'evaluate'].includes(command[0]!)) return runCommand(...command);
  const { code, err: error } = await whylight(command);
  return { code, error };
}

/** One line says what cannot be written and why, and nothing is left. */
async function refuses(folder: string, command: string[], reason: RegExp) {
  const before = listing(folder);
  const { code, error } = await run(command);
  const lines = error
    .trim()
    .split('\n')
    .filter((line) => line.startsWith('whylight: '));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^whylight: (?:.*: )?cannot write (?:to )?/);
  expect(lines[0]).toMatch(reason);
  expect(lines[0]).toContain(folder);
  expect(code).toBe(1);
  expect(listing(folder)).toEqual(before);
}

/** Leaves no byte on a disk. */
function fill(folder: string) {
  const file = openSync(path.join(folder, 'filler'), 'w');
  try {
    for (;;) writeSync(file, Buffer.alloc(4096));
  } catch {
    closeSync(file);
  }
}

describe.skipIf(!mayMount)('a disk that is full (mounting one needs root)', () => {
  test.each(Object.entries(commands))('%s', async (name, command) => {
    const folder = disk(`full ${name}`, 64)!;
    fill(folder);
    await refuses(folder, command(folder), /the disk is full$/);
  });
});

describe.skipIf(!mayMount)('a file system that is read-only (mounting one needs root)', () => {
  test.each(Object.entries(commands))('%s', async (name, command) => {
    const folder = disk(`read-only ${name}`, 64)!;
    spawnSync('mount', ['-o', 'remount,ro', folder]);
    await refuses(folder, command(folder), /the file system is read-only$/);
  });
});
