import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { removeHalf } from '../scripts/setup/chromium.mjs';
import { pinnedFile } from '../scripts/setup/pinned.mjs';
import { FileServer } from './support/file-server';

const project = path.resolve(__dirname, '..');
const text = (...parts: string[]) => readFileSync(path.join(project, ...parts), 'utf8');
const content = Uint8Array.from({ length: 30_000 }, (_, i) => (i * 11) % 251);
const other = content.map((byte) => byte ^ 1);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const server = new FileServer();
let folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-pinned-'));
beforeAll(() => server.open());
afterEach(() => {
  rmSync(folder, { recursive: true });
  folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-pinned-'));
  Object.assign(server, { content, status: null, cutAfter: Number.POSITIVE_INFINITY });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.close();
});
const bring = (pin: string | null) => pinnedFile({ url: server.url('a.tar.gz?x'), sha256: pin }, folder);
const kept = () => readdirSync(path.join(folder, 'setup')).sort();

test('a pinned file is kept, checked again at each use, and brought anew where the kept one was damaged', async () => {
  server.content = content;
  const pin = sha256(content);
  const first = await bring(pin);
  expect(first).toEqual({ file: path.join(folder, 'setup/a.tar.gz'), sha256: pin, problem: null });
  server.status = 500;
  expect(await bring(pin)).toEqual(first);
  writeFileSync(first.file!, other);
  expect((await bring(pin)).problem).toBe('a.tar.gz: the server answered 500');
  server.status = null;
  expect(await bring(pin)).toEqual(first);
  expect(kept()).toEqual(['a.tar.gz']);
});

test('another file than the pinned one is not used and not kept', async () => {
  server.content = other;
  const pin = sha256(content);
  const { file, problem } = await bring(pin);
  expect(file).toBeNull();
  expect(problem).toBe(`a.tar.gz has sha256 ${sha256(other)}, not the pinned ${pin}`);
  expect(kept()).toEqual([]);
});

test('a connection that is cut, and a server that is not there, are a reason and leave nothing', async () => {
  server.content = content;
  server.cutAfter = 10_000;
  expect((await bring(sha256(content))).file).toBeNull();
  const gone = await pinnedFile({ url: 'http://127.0.0.1:9/a.tar.gz', sha256: sha256(content) }, folder);
  expect(gone.problem).toMatch(/^a\.tar\.gz: .*(ECONNREFUSED|bad port)/);
  expect(kept()).toEqual([]);
});

test('where nobody publishes a sha256, the first use records it and another file is refused', async () => {
  server.content = content;
  const first = await bring(null);
  expect(first.sha256).toBe(sha256(content));
  expect(text(path.relative(project, folder), 'setup/a.tar.gz.sha256')).toBe(`${sha256(content)}  a.tar.gz\n`);
  rmSync(first.file!);
  server.content = other;
  expect((await bring(null)).problem).toContain(`not the ${sha256(content)} of its first use`);
  server.content = content;
  expect(await bring(null)).toEqual(first);
});

test('what a killed set-up left of a record, a download or an unpacked Chrome stops no later one', async () => {
  server.content = content;
  mkdirSync(path.join(folder, 'setup'));
  for (const record of ['', sha256(other).slice(0, 63)]) {
    writeFileSync(path.join(folder, 'setup/a.tar.gz.sha256'), record);
    expect((await bring(null)).problem).toBeNull();
  }
  const mine = `a.tar.gz.${process.ppid}.part`;
  for (const name of [`a.tar.gz.${2 ** 22 + 1}.part`, mine]) writeFileSync(path.join(folder, 'setup', name), '');
  await bring(null);
  expect(kept()).toEqual(['a.tar.gz', mine, 'a.tar.gz.sha256'].sort());
  const build = /const build = '([\d.]+)'/.exec(text('scripts/setup/chromium.mjs'))![1];
  for (const name of [`linux-${build}`, 'linux-1.2.3.4'])
    mkdirSync(path.join(folder, 'chrome', name, 'x'), { recursive: true });
  removeHalf(path.join(folder, 'chrome'));
  expect(readdirSync(path.join(folder, 'chrome'))).toEqual(['linux-1.2.3.4']);
});

test('what is pinned is what the installed packages ask for', () => {
  const revisions = text('node_modules/puppeteer-core/lib/cjs/puppeteer/revisions.js');
  const chrome = /chrome: '([\d.]+)'/.exec(revisions)?.[1];
  expect(text('scripts/setup/chromium.mjs')).toContain(`const build = '${chrome}';`);
  const canvas = JSON.parse(text('node_modules/canvas/package.json'));
  expect(text('scripts/setup/canvas.mjs')).toContain(`/v${canvas.version}/canvas-v${canvas.version}-napi-v7-`);
  const tfjs = JSON.parse(text('node_modules/@tensorflow/tfjs-node/package.json'));
  const constants = text('node_modules/@tensorflow/tfjs-node/scripts/deps-constants.js');
  const library = /LIBTENSORFLOW_VERSION = '([\d.]+)'/.exec(constants)?.[1];
  const engine = text('scripts/setup/engine.mjs');
  expect(engine).toContain(`linux-x86_64-${library}.tar.gz`);
  expect(engine).toContain(`/${tfjs.version}/CPU-linux-${tfjs.version}.tar.gz`);
  for (const file of ['engine', 'canvas', 'chromium']) {
    const pins = [...text(`scripts/setup/${file}.mjs`).matchAll(/sha256: '([^']*)'/g)].map(([, pin]) => pin);
    expect(pins.length).toBeGreaterThan(1);
    for (const pin of pins) expect(pin).toMatch(/^[0-9a-f]{64}$/);
  }
});

test.each(['requirements', 'requirements-lab', 'requirements-lock'])(
  'scripts/%s.txt has every package of its .in file at its version, each with hashes',
  (name) => {
    const locked = text(`scripts/${name}.txt`).replace(/ \\\n\s*/g, ' ');
    const lines = locked.trim().split('\n');
    for (const line of lines)
      expect(line).toMatch(/^[\w.-]+(\[[\w,]+\])?==\S+( ; .+?)?( --hash=sha256:[0-9a-f]{64})+$/);
    for (const line of text(`scripts/${name}.in`).trim().split('\n')) {
      const wanted = /^[\w.-]+==[\w.]+/.exec(line)![0];
      expect(lines.some((each) => each.startsWith(`${wanted} `))).toBe(true);
    }
  },
);

test('the packages of JupyterLab are the versions of those that are there already', () => {
  const versions = (name: string) =>
    new Set(
      text(`scripts/${name}.txt`)
        .match(/^[\w.-]+==\S+( ; [^\\]+)?(?= )/gm)!
        .map((line) => line.trim()),
    );
  const there = [...versions('requirements')].map((line) => line.split(/==/)[0]);
  const other = [...versions('requirements-lab')].filter((line) => {
    const [package_, version] = line.split(/==| ; /);
    return (
      there.includes(package_!) &&
      ![...versions('requirements')].some((each) => each.startsWith(`${package_}==${version}`))
    );
  });
  expect(other).toEqual([]);
});

test('archives are unpacked by a tar without known holes', () => {
  const { packages } = JSON.parse(text('package-lock.json'));
  const tars = Object.entries<{ version: string }>(packages).filter(([place]) => place.endsWith('node_modules/tar'));
  expect(tars.map(([, { version }]) => version)).toEqual(['7.5.23']);
});
