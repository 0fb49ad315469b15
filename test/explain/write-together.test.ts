import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { AbortedError } from '../../src/explain/errors';
import { withLock } from '../../src/explain/file-lock';
import { processIdentity } from '../../src/explain/process-identity';
import { wholeFolder } from '../../src/explain/whole-folder';
import { writeTogether } from '../../src/explain/write-together';

const home = mkdtempSync(path.join(os.tmpdir(), 'together-'));
const folder = (name: string) => mkdtempSync(path.join(home, name));
afterAll(() => rmSync(home, { recursive: true }));

const built = (name: string) => pathToFileURL(path.resolve(__dirname, `../../dist/explain/${name}.js`)).href;

/** A process that runs a script with a function of the built library; `end` is its exit code, or the signal's number below 0. */
function processOf(name: string, call: string, script: string) {
  const child = spawn(process.execPath, ['-e', `import('${built(name)}').then(async ({ ${call} }) => {${script}})`]);
  return { child, end: new Promise((resolve) => child.on('close', resolve)) };
}

test('four processes write five files each, twenty times: all five are always of one process', async () => {
  const place = folder('four-');
  const names = [0, 1, 2, 3, 4].map((i) => path.join(place, `${i}.txt`));
  const script = (who: number) =>
    `for (let i = 0; i < 20; i++) await writeTogether(${JSON.stringify(place)}, ${JSON.stringify(names)}.map((name) => [name, '${who} ' + i]));`;
  await Promise.all([1, 2, 3, 4].map((who) => processOf('write-together', 'writeTogether', script(who)).end));
  expect(new Set(names.map((name) => readFileSync(name, 'utf8'))).size).toBe(1);
  expect(readdirSync(place)).toHaveLength(5);
}, 60_000);

test('a lock whose holder was killed is taken over at once', async () => {
  const place = folder('killed-');
  const file = path.join(place, '.whylight.lock');
  const holder = processOf(
    'file-lock',
    'withLock',
    `await withLock(${JSON.stringify(file)}, () => new Promise(() => setInterval(() => {}, 1000)));`,
  );
  await expect.poll(() => readdirSync(place)).toContain('.whylight.lock');
  holder.child.kill('SIGKILL');
  await holder.end;
  await writeTogether(place, [[path.join(place, 'a'), 'written']]);
  expect(readdirSync(place)).toEqual(['a']);
}, 20_000);

test('the lock of a process on another machine is waited for, though nothing of that process is known here', async () => {
  const file = path.join(folder('elsewhere-'), 'lock');
  writeFileSync(file, `${2 ** 22 + 1}-1-00000000 there`);
  const waiting = withLock(file, async () => undefined, AbortSignal.timeout(500));
  await expect(waiting).rejects.toBeInstanceOf(AbortedError);
  expect(readFileSync(file, 'utf8')).toContain('there');
});

test('of those that wait for a dead holder’s lock, one at a time has it', async () => {
  const file = path.join(folder('dead-'), 'lock');
  const [, begin, machine] = processIdentity().split('-');
  writeFileSync(file, `${2 ** 22 + 1}-${begin}-${machine} gone`);
  let inside = 0;
  const most: number[] = [];
  const work = async () => {
    most.push(++inside);
    await new Promise((resolve) => setTimeout(resolve, 20));
    inside--;
  };
  await Promise.all([1, 2, 3, 4, 5].map(() => withLock(file, work)));
  expect(most).toEqual([1, 1, 1, 1, 1]);
});

test('a folder appears with all that is written into it or not at all', async () => {
  const place = folder('whole-');
  const target = path.join(place, 'out');
  const fill = async (beside: string) => {
    writeFileSync(path.join(beside, 'a'), '1');
    expect(readdirSync(place)).not.toContain('out');
    return 7;
  };
  const fails = async (beside: string) => {
    await fill(beside);
    throw Object.assign(new Error('x'), { code: 'ENOSPC' });
  };
  await expect(wholeFolder(target, fails)).rejects.toThrow(/cannot write to the folder .*out: the disk is full/);
  expect(readdirSync(place)).toEqual([]);
  expect(await wholeFolder(target, fill)).toBe(7);
  expect(readdirSync(place)).toEqual(['out']);
  await expect(wholeFolder(target, fill)).rejects.toThrow(/is not empty/);
});
