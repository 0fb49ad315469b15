import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { isLeftover, partName, removeLeftovers, temporaryFolder } from '../../src/explain/leftovers';

const home = mkdtempSync(path.join(os.tmpdir(), 'leftovers-'));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(home, 'each-'));
});
afterAll(() => rmSync(home, { recursive: true }));

const module = pathToFileURL(path.resolve(__dirname, '../../dist/explain/leftovers.js')).href;

/** A name by a process that has ended. */
function nameOfDead(name: string): string {
  const script = `import('${module}').then(({ partName }) => process.stdout.write(partName('${name}')))`;
  return spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stdout;
}

/** The same name with one of its numbers changed: process, begin, machine. */
function changed(name: string, at: 0 | 1 | 2, value: string): string {
  const parts = name.split('.').at(-2)!.split('-');
  return name.replace(parts.join('-'), parts.map((part, i) => (i === at ? value : part)).join('-'));
}

test('what a process that is gone has not finished goes, file or folder; all else stays', () => {
  const dead = nameOfDead('wolf.png');
  expect(dead).toMatch(/^\.wolf\.png\.\d+-\d+-[0-9a-f]{8}-[0-9a-f]{8}\.part$/);
  const foreign = ['wolf.png', '.wolf.png.part', '.wolf.1-2.part', 'a-1-2-01234567-01234567.part'];
  for (const name of [...foreign, dead, partName(), partName('mine')]) writeFileSync(path.join(folder, name), '');
  mkdirSync(path.join(folder, nameOfDead('scenes'), 'photos'), { recursive: true });
  const before = readdirSync(folder).length;
  removeLeftovers(folder);
  expect(readdirSync(folder)).toHaveLength(before - 2);
  expect(existsSync(path.join(folder, dead))).toBe(false);
  for (const name of foreign) expect(readdirSync(folder)).toContain(name);
});

test('a process id that another process has now is not the writer', () => {
  const mine = partName('x');
  expect(isLeftover(path.join(folder, mine))).toBe(false);
  expect(isLeftover(path.join(folder, changed(mine, 1, '1')))).toBe(existsSync('/proc/self/stat'));
});

// Only root can become another user.
test.skipIf(process.getuid!() !== 0)('what another user owns stays, and keeps nothing else from going', () => {
  const [theirs, mine] = [nameOfDead('a'), nameOfDead('b')].map((name) => path.join(folder, name)) as [string, string];
  for (const file of [theirs, mine]) writeFileSync(file, '');
  chownSync(mine, 65534, 65534);
  chmodSync(folder, 0o1777);
  chmodSync(home, 0o755);
  const script = `import('${module}').then(({ removeLeftovers }) => removeLeftovers(${JSON.stringify(folder)}))`;
  expect(spawnSync(process.execPath, ['-e', script], { uid: 65534, gid: 65534 }).status).toBe(0);
  expect([existsSync(theirs), existsSync(mine)]).toEqual([true, false]);
});

test('of a writer on another machine only the age is known', () => {
  const file = path.join(folder, changed(partName('x'), 2, '00000000'));
  writeFileSync(file, '');
  expect(isLeftover(file)).toBe(false);
  const old = Date.now() / 1000 - 25 * 3600;
  utimesSync(file, old, old);
  expect(isLeftover(file)).toBe(true);
});

test('a temporary folder is its owner’s alone, and the next process removes it', () => {
  vi.stubEnv('TMPDIR', folder);
  const script = `import('${module}').then(({ temporaryFolder }) => temporaryFolder('graph'))`;
  spawnSync(process.execPath, ['-e', script]);
  expect(readdirSync(folder)).toHaveLength(1);
  const mine = temporaryFolder('graph');
  expect(readdirSync(folder)).toEqual([path.basename(mine)]);
  expect(statSync(mine).mode & 0o777).toBe(0o700);
  vi.unstubAllEnvs();
});
