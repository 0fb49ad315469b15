import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { main } from '../../src/cli/main';

const folder = mkdtempSync(path.join(os.tmpdir(), 'endings-'));
const starter = path.resolve(__dirname, '../../scripts/whylight.mjs');
afterAll(() => rmSync(folder, { recursive: true }));

const scenes = (out: string, count: number) => [
  'scenes',
  '--count',
  String(count),
  '--size',
  '32',
  '--leaks',
  'none',
  '--out',
  path.join(folder, out),
];

function start(args: readonly string[]) {
  const child = spawn(process.execPath, [starter, ...args], { cwd: folder });
  let errors = '';
  child.stderr.on('data', (part) => {
    errors += part;
  });
  const end = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, end, errors: () => errors };
}

/** The process that does the work. */
const workerOf = ({ pid }: ChildProcess) =>
  Number(
    execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
      .trim()
      .split('\n')[0],
  );

const parts = () => readdirSync(folder).filter((name) => name.endsWith('.part'));
const isAlive = (pid: number) => existsSync(`/proc/${pid}`);

test.each([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)(
  '%s ends the work too, and nothing half-done stays',
  async (signal, code) => {
    const run = start(scenes(signal, 3000));
    await expect.poll(parts, { timeout: 20_000 }).toHaveLength(1);
    const worker = workerOf(run.child);
    run.child.kill(signal);
    expect(await run.end).toBe(code);
    expect(run.errors()).toMatch(/^whylight: interrupted$/m);
    expect(isAlive(worker)).toBe(false);
    expect(parts()).toEqual([]);
  },
  30_000,
);

test('a process that the system kills is no interrupt', async () => {
  const run = start(scenes('killed', 3000));
  await expect.poll(parts, { timeout: 20_000 }).toHaveLength(1);
  process.kill(workerOf(run.child), 'SIGKILL');
  expect(await run.end).toBe(137);
  expect(run.errors()).toMatch(
    /^whylight: ended by the system \(SIGKILL\), which is what it does when memory runs out/m,
  );
  for (const part of parts()) rmSync(path.join(folder, part), { recursive: true });
}, 30_000);

test('a reader that leaves does not end the work', async () => {
  expect(await main(scenes('photos', 6))).toBe(0);
  const out = path.join(folder, 'explained');
  const photos = path.join(folder, 'photos/photos');
  const run = start(['explain', photos, '--network', 'scenes-fair', '--method', 'saliency', '--out', out]);
  run.child.stdout!.once('data', () => run.child.stdout!.destroy());
  expect(await run.end).toBe(0);
  expect(readdirSync(out, { recursive: true }).filter((name) => String(name).endsWith('.npy'))).toHaveLength(6);
}, 30_000);

test('two runs into one folder: one has it, the other says so', async () => {
  const runs = [start(scenes('both', 300)), start(scenes('both', 300))];
  const codes = await Promise.all(runs.map(({ end }) => end));
  expect([...codes].sort()).toEqual([0, 1]);
  expect(runs[codes.indexOf(1)]!.errors()).toMatch(/^whylight: .*both.* is not empty/m);
  expect(readdirSync(path.join(folder, 'both/masks')).length).toBeGreaterThan(300);
  expect(parts()).toEqual([]);
}, 60_000);

// Not within the scripts below, where they would read as imports of this file.
const [python, lock] = ['python', 'lock'].map((name) => `./scripts/setup/${name}.mjs`);

/** A copy of the set-up's scripts, and a `python3` whose environments do all that they are asked for. */
function projectIn(name: string) {
  const root = path.join(folder, name);
  cpSync(path.resolve(__dirname, '../../scripts'), path.join(root, 'scripts'), { recursive: true });
  const bin = path.join(root, 'bin');
  mkdirSync(bin);
  const program = (file: string, text: string) => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o755);
  };
  symlinkSync('/bin/sh', path.join(bin, 'sh'));
  return { root, bin, program };
}

test('set-up runs in a path with a space, an accent and a link', () => {
  const { root, bin } = projectIn('né à % Paris');
  symlinkSync(root, path.join(folder, 'link'));
  for (const place of [root, path.join(folder, 'link')]) {
    const run = () =>
      execFileSync(process.execPath, [path.join(place, 'scripts/setup.mjs')], { env: { PATH: bin }, stdio: 'pipe' });
    expect(run).toThrow(/setup: python3 is missing/);
  }
});

test('a Python environment whose making was stopped is made anew', () => {
  const { root, bin, program } = projectIn('stopped');
  program(
    path.join(bin, 'python3'),
    `/bin/mkdir -p "$3/bin" && /bin/ln -s /bin/true "$3/bin/python" && echo made >> ${root}/log`,
  );
  program(path.join(root, '.venv/bin/python'), 'echo "No module named pip" >&2; exit 1');
  const script = `import('${python}').then(({ pythonEnvironment }) => console.log(pythonEnvironment()))`;
  const run = () => execFileSync(process.execPath, ['-e', script], { cwd: root, env: { PATH: bin }, encoding: 'utf8' });
  expect([run(), run()]).toEqual(['installed into .venv\n', 'already there\n']);
  expect(execFileSync('cat', [path.join(root, 'log')], { encoding: 'utf8' })).toBe('made\n');
});

test('packages whose installing was stopped are installed anew, for pip takes some of them for whole', () => {
  const { root, bin, program } = projectIn('half');
  program(path.join(bin, 'python3'), '/bin/mkdir -p "$3/bin" && /bin/ln -s /bin/true "$3/bin/python"');
  program(path.join(root, '.venv/bin/python'), 'exit 0');
  const half = path.join(root, '.venv/half');
  const script = `import('${python}').then(({ pythonEnvironment }) => console.log(pythonEnvironment()))`;
  const run = () => execFileSync(process.execPath, ['-e', script], { cwd: root, env: { PATH: bin }, encoding: 'utf8' });
  mkdirSync(path.join(root, '.setup'));
  writeFileSync(path.join(root, '.setup/python'), '');
  writeFileSync(half, '');
  expect(run()).toBe('installed into .venv\n');
  expect(existsSync(half)).toBe(false);
});

test('one set-up at a time: another waits for its end, and takes over from a killed one', async () => {
  const { root } = projectIn('twice');
  const hold = (then: string) => {
    const script = `import('${lock}').then(async ({ takeLock }) => { const release = await takeLock(); console.log('has it'); ${then} })`;
    const child = spawn(process.execPath, ['-e', script], { cwd: root });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part) => {
        said += part;
      });
    return { child, said: () => said, end: new Promise((resolve) => child.on('close', resolve)) };
  };
  const first = hold('setInterval(() => {}, 1000);');
  await expect.poll(first.said).toBe('has it\n');
  const second = hold('release();');
  await expect.poll(second.said).toContain(`another one runs here (process ${first.child.pid})`);
  expect(second.said()).not.toContain('has it');
  first.child.kill('SIGKILL');
  await second.end;
  expect(second.said()).toContain('has it');
  expect(readdirSync(path.join(root, '.setup'))).toEqual([]);
}, 20_000);

test.skipIf(!existsSync('/dev/full'))('a full disk under the output is said, and no success', () => {
  const { status, stderr } = spawnSync(process.execPath, [starter, 'methods'], {
    stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
    encoding: 'utf8',
  });
  expect(stderr).toMatch(/^whylight: cannot write the output: the disk is full$/m);
  expect(status).toBe(1);
});

test.each(['/proc/nowhere', '/dev/null/home'])(
  'a home that cannot be made: %s',
  async (home) => {
    const run = (...args: string[]) =>
      new Promise<string>((resolve) => {
        const env = {
          ...process.env,
          HOME: home,
          WHYLIGHT_CACHE: '',
          XDG_CACHE_HOME: '',
          XDG_DATA_HOME: '',
          JUPYTER_DATA_DIR: '',
        };
        const child = spawn(process.execPath, [starter, ...args], { env, timeout: 15_000 });
        let text = '';
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (part) => {
            text += part;
          });
        child.on('close', (code) => resolve(`${code} ${text}`));
      });
    expect(await run('cache')).toMatch(/^0 .*weights/s);
    expect(await run('notebook', 'install')).toMatch(/^1 whylight: cannot write to the folder .*kernels/);
  },
  40_000,
);
