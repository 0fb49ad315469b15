import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { WhylightError } from '../../src/explain/errors';
import { startChromium } from '../../src/page/chromium';
import { findChromium } from '../../src/page/find-chromium';
import { project } from '../support/command';

const folder = mkdtempSync(path.join(os.tmpdir(), 'wp-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());
const profiles = () => readdirSync(folder);

const commandLines = () =>
  readdirSync('/proc').flatMap((pid) => {
    const file = `/proc/${pid}/cmdline`;
    try {
      return /^\d+$/.test(pid) && existsSync(file) ? [readFileSync(file, 'utf8').split('\0')] : [];
    } catch {
      return [];
    }
  });

test('Chromium runs in its sandbox unless for root, and its profile goes with it', async () => {
  vi.stubEnv('TMPDIR', folder);
  const { browser, profile, close } = await startChromium(findChromium(), []);
  expect(profiles()).toEqual([path.basename(profile)]);
  const mine = commandLines().filter((words) => words.includes(`--user-data-dir=${profile}/user`));
  expect(mine.length).toBeGreaterThan(0);
  const isOff = mine.every((words) => words.includes('--no-sandbox'));
  expect(isOff).toBe(process.getuid!() === 0);
  expect(await browser.version()).toMatch(/\d/);
  await close();
  expect(profiles()).toEqual([]);
});

test('what does not start is said in one line, and leaves no profile', async () => {
  vi.stubEnv('TMPDIR', folder);
  const error = await startChromium('/bin/false', []).then(
    () => null,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(WhylightError);
  expect(error.message).toMatch(/^\/bin\/false does not start: [^\n]+$/);
  expect(profiles()).toEqual([]);
});

const drawing = `
const { figurePicture } = require(${JSON.stringify(path.join(project, 'dist/page/picture.js'))});
const { findChromium } = require(${JSON.stringify(path.join(project, 'dist/page/find-chromium.js'))});
const figure = { data: [{ x: [1, 2], y: [1, 2] }], layout: { width: 200, height: 150 }, alt: '', caption: '' };
const png = figurePicture(figure, findChromium(), 'png');
process.stdout.write(png === null ? 'none' : png.subarray(1, 4).toString());
`;

function draw(more: string, options: object = {}): ChildProcess {
  const env = { ...process.env, TMPDIR: folder };
  return spawn(process.execPath, ['-e', drawing + more], { env, stdio: ['ignore', 'pipe', 'inherit'], ...options });
}

const textOf = async (child: ChildProcess) => {
  let text = '';
  for await (const chunk of child.stdout!) text += chunk;
  return text;
};

test('pictures of figures leave no profile behind, and one that was killed leaves it to the next', async () => {
  expect(await textOf(draw('process.exit();'))).toBe('PNG');
  expect(profiles()).toEqual([]);
  const child = draw('setInterval(() => {}, 1000);');
  await once(child.stdout!, 'data');
  const [left] = profiles();
  expect(left).toMatch(new RegExp(`\\.${child.pid}-`));
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(profiles()).toEqual([left]);
  expect(await textOf(draw('process.exit();'))).toBe('PNG');
  expect(profiles()).toEqual([]);
});

const prepared = `
const { prepareFigures } = require(${JSON.stringify(path.join(project, 'dist/page/picture.js'))});
const { findChromium } = require(${JSON.stringify(path.join(project, 'dist/page/find-chromium.js'))});
prepareFigures(findChromium());
`;

test('a Chromium that was started beforehand draws the figures, and ends with its process also where none was asked for', async () => {
  const env = { ...process.env, TMPDIR: folder };
  const run = (script: string) =>
    spawn(process.execPath, ['-e', script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  expect(await textOf(run(`${prepared}{${drawing}process.exit();}`))).toBe('PNG');
  expect(profiles()).toEqual([]);
  // It has heard of its Chromium once it has something to do at its end.
  const heard = `setInterval(() => process.listenerCount('exit') > 0 && process.stdout.write('.'), 100);`;
  const idle = run(`${prepared}${heard}process.on('SIGTERM', () => process.exit());`);
  await once(idle.stdout!, 'data');
  const running = () => commandLines().filter((line) => line.some((word) => word.includes(`.${idle.pid}-`)));
  expect(running().length).toBeGreaterThan(0);
  idle.kill('SIGTERM');
  await once(idle, 'close');
  expect(profiles()).toEqual([]);
  await expect.poll(running, { timeout: 20_000 }).toEqual([]);
}, 60_000);

// Only root can become another user.
test.skipIf(process.getuid!() !== 0)('another user than root draws a picture in the sandbox', async () => {
  const home = path.join(folder, 'home');
  mkdirSync(home);
  for (const place of [folder, home]) {
    chownSync(place, 65534, 65534);
    chmodSync(place, 0o755);
  }
  const env = { ...process.env, TMPDIR: folder, HOME: home };
  const child = draw('setInterval(() => {}, 1000);', { uid: 65534, gid: 65534, env });
  const [text] = await once(child.stdout!, 'data');
  expect(String(text)).toBe('PNG');
  const profile = profiles().find((name) => name.includes(`.${child.pid}-`))!;
  const words = commandLines().filter((line) => line.some((word) => word.endsWith(`${profile}/user`)));
  expect(words.length).toBeGreaterThan(0);
  expect(words.flat()).not.toContain('--no-sandbox');
  child.kill('SIGTERM');
  const running = () => commandLines().filter((line) => line.some((word) => word.endsWith(`${profile}/user`)));
  await expect.poll(running, { timeout: 20_000 }).toEqual([]);
});
