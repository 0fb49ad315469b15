import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** A path in the project. */
export const inProject = (...parts) => path.join(root, ...parts);

/** Whether a module is the program itself, also where its path has spaces, accents or links. */
export const isStarted = (url) =>
  existsSync(process.argv[1] ?? '') && realpathSync(process.argv[1]) === realpathSync(fileURLToPath(url));

/** Where downloads are kept between clones. */
export const cacheFolder =
  process.env.WHYLIGHT_CACHE ||
  path.join(process.env.XDG_CACHE_HOME || path.join(process.env.HOME || os.tmpdir(), '.cache'), 'whylight');

/** The folder of photos and weights that `WHYLIGHT_MIRROR` names, or the one beside the project; null where there is none. */
export function findMirror() {
  const beside = inProject('../shared/mirror');
  return process.env.WHYLIGHT_MIRROR || (existsSync(beside) ? beside : null);
}

/** A step that cannot be done, with what the person should do. */
export class StepError extends Error {
  constructor(problem, advice) {
    super(problem);
    this.advice = advice;
  }
}

const isRoot = () => process.getuid?.() === 0;

/** Runs a program and returns whether it succeeded, what it answered (`stdout`) and all it printed (`output`). */
export function attempt(program, args, { cwd = root, env = {}, minutes = 20 } = {}) {
  const done = spawnSync(program, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: minutes * 60_000,
    maxBuffer: 256 * 1024 * 1024,
  });
  const output = `${done.stdout ?? ''}${done.stderr ?? ''}${done.error ? done.error.message : ''}`;
  return { ok: done.status === 0, stdout: done.stdout ?? '', output };
}

/** Runs a program that must succeed; otherwise shows the end of what it printed. */
export function must(program, args, options = {}, advice = '') {
  const { ok, output } = attempt(program, args, options);
  if (!ok) {
    const tail = output.trim().split('\n').slice(-15).join('\n    ');
    throw new StepError(`${path.basename(program)} ${args.slice(0, 4).join(' ')} failed:\n    ${tail}`, advice);
  }
  return output;
}

/** Whether a program can be started. */
export const has = (program) => attempt('sh', ['-c', `command -v ${program}`]).ok;

/** Installs Debian packages when running as root; returns whether that worked. */
export function aptInstall(packages) {
  if (!isRoot() || !has('apt-get')) return false;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = () => attempt('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { env });
  if (install().ok) return true;
  attempt('apt-get', ['update', '-q'], { env });
  return install().ok;
}

/** Makes a folder and its parents. Node's own `recursive` never returns for a folder that /proc refuses. */
export function makeFolder(folder) {
  if (existsSync(folder)) return;
  const parent = path.dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    if (error.code === 'EEXIST') return;
    throw new StepError(
      `cannot make ${folder}: ${error.message}`,
      'let HOME or WHYLIGHT_CACHE name a folder to write to',
    );
  }
}

/** sha256 (hex) of a file. */
export const sha256 = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** A small record of a finished step in the ignored folder `.setup`. */
export const stamp = {
  file: (name) => inProject('.setup', name),
  is: (name, value) => existsSync(stamp.file(name)) && readFileSync(stamp.file(name), 'utf8') === value,
  set: (name, value) => {
    mkdirSync(inProject('.setup'), { recursive: true });
    // Whole or not at all: what is stopped midway reads as before.
    writeFileSync(`${stamp.file(name)}.part`, value);
    renameSync(`${stamp.file(name)}.part`, stamp.file(name));
  },
};

/** Whether a process runs; one of another user does, too. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Removes `NAME.PROCESS.part` of processes that were killed, which begin with a path. */
export function removeParts(beginning) {
  const folder = path.dirname(beginning);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const pid = name.startsWith(path.basename(beginning)) ? /\.(\d+)\.part$/.exec(name)?.[1] : undefined;
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}

/** The headers that belong to this Node where they are installed beside it; node-gyp downloads them otherwise. */
export function nodeHeaders() {
  const prefix = path.resolve(path.dirname(process.execPath), '..');
  return existsSync(path.join(prefix, 'include/node/node_api.h')) ? [`--nodedir=${prefix}`] : [];
}

/** The node-gyp that came with npm, or null. */
export function nodeGyp() {
  const npm = attempt('sh', ['-c', 'command -v npm']).stdout.trim();
  const places = [
    process.env.npm_config_node_gyp,
    path.join(attempt('npm', ['root', '-g']).stdout.trim(), 'npm/node_modules/node-gyp/bin/node-gyp.js'),
    npm && path.resolve(path.dirname(realpathSync(npm)), '../node_modules/node-gyp/bin/node-gyp.js'),
  ];
  return places.find((file) => file && existsSync(file)) ?? null;
}
