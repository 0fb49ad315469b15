// One run of a command in a folder of its own, ended or killed, and what lies there afterwards.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import path from 'node:path';

/** A draw from 0 up to 1 for a seed and a number, the same on every machine. */
export const draw = (seed, ...numbers) =>
  createHash('sha256')
    .update([seed, ...numbers].join(' '))
    .digest()
    .readUInt32BE() /
  2 ** 32;

/** A folder with a home, a cache, a place for temporary files and one to work in, where `input` is the case's. */
export function makeTrial(folder, input, begin) {
  for (const name of ['home', 'cache', 'tmp', 'work']) mkdirSync(path.join(folder, name), { recursive: true });
  symlinkSync(input, path.join(folder, 'work/input'));
  begin?.(input, folder);
}

/** Every process that a trial started and that still runs: they all inherit its folder for temporary files. */
function survivors(folder) {
  const mark = `TMPDIR=${path.join(folder, 'tmp')}\0`;
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark);
    } catch {
      return false;
    }
  });
}

/** Waits for processes whose parent is gone to notice that, also where they have only begun; others are killed, and told. */
export async function orphans(folder) {
  for (let waited = 0; waited < 60_000 && survivors(folder).length > 0; waited += 50)
    await new Promise((resolve) => setTimeout(resolve, 50));
  return survivors(folder).map((pid) => {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').slice(0, 100);
    process.kill(Number(pid), 'SIGKILL');
    return command;
  });
}

/**
 * @typedef {object} Kill when a run is killed: so many milliseconds after it has printed `step` for the `nth` time, or began.
 * @property {number} milliseconds
 * @property {RegExp} [step]
 * @property {number} [nth]
 */

/**
 * Runs a program in a trial's folder; its whole process group is killed at a moment.
 * @param {string} folder
 * @param {string[]} command
 * @param {Record<string, string>} [env]
 * @param {Kill | null} [kill]
 * @returns {Promise<{ code: number | null, output: string, milliseconds: number, steps: number[] }>} the exit code, null where
 *   it was killed, the end of its output, how long it took, and when each step began.
 */
export function run(folder, [program, ...args], env = {}, kill = null, step = /(?!)/) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(program, args, {
      cwd: path.join(folder, 'work'),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: path.join(folder, 'home'),
        TMPDIR: path.join(folder, 'tmp'),
        WHYLIGHT_CACHE: path.join(folder, 'cache'),
        TF_CPP_MIN_LOG_LEVEL: '3',
        ...env,
      },
    });
    let output = '';
    let timer;
    /** @type {number[]} */
    const steps = [];
    const arm = () => {
      if (kill !== null && timer === undefined && steps.length > (kill.nth ?? -1))
        timer = setTimeout(() => process.kill(-Number(child.pid), 'SIGKILL'), kill.milliseconds);
    };
    arm();
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        output = (output + text).slice(-4000);
        for (const _ of String(text).matchAll(new RegExp(step, 'gm'))) steps.push(performance.now() - started);
        arm();
      });
    child.once('error', reject).once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output, milliseconds: performance.now() - started, steps });
    });
  });
}

/** What stands at a path: the hash of a file's bytes, a link's target, a folder. */
function contentOf(file) {
  const status = lstatSync(file);
  if (status.isDirectory()) return 'folder';
  if (status.isSymbolicLink()) return `link to ${readlinkSync(file)}`;
  return status.isFile() ? createHash('sha256').update(readFileSync(file)).digest('hex') : 'special';
}

/** What Chromium writes for itself, beside the profile that it was given; and what an unfinished run kept, for 14 days. */
const foreign = /^home\/\.config(?:\/|$)|^cache\/unfinished(?:\/|$)/;
/** A stored result says how long it took: of these only the names are compared. */
const stored = /^cache\//;

/** All that lies below a trial's folder, and what it holds; of the `timed` only the names. */
export const tree = (folder, timed = /(?!)/) =>
  new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => !foreign.test(name))
      .map((name) => [name, stored.test(name) || timed.test(name) ? 'there' : contentOf(path.join(folder, name))]),
  );

/** What differs between two trees, a line each. */
export function differences(expected, found) {
  const lines = [];
  for (const name of new Set([...expected.keys(), ...found.keys()])) {
    const [before, after] = [expected.get(name), found.get(name)];
    if (before === after) continue;
    lines.push(
      before === undefined ? `left behind: ${name}` : after === undefined ? `missing: ${name}` : `other bytes: ${name}`,
    );
  }
  return lines.sort();
}
