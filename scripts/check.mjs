#!/usr/bin/env node
// The one check: `npm run check`. A line for each step, what is wrong below it; set-up must have run.
import { staleExceptions } from './exceptions.mjs';
import { attempt, inProject, isStarted } from './setup/tools.mjs';

const node = (...args) =>
  attempt(
    process.execPath,
    args.map((arg, i) => (i === 0 ? inProject('node_modules', arg) : arg)),
  );
const types = (folder) => node('typescript/bin/tsc', '-p', inProject(folder), '--noEmit');

/** @type {[what: string, run: () => { ok: boolean, output: string }][]} */
const steps = [
  ['types of src', () => types('.')],
  ['types of the tests', () => types('test')],
  ['types of scripts, benches and the pages’ scripts', () => types('scripts')],
  [
    'style and complexity',
    () => node('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '--max-diagnostics=50'),
  ],
  [
    'exceptions from the limit of complexity',
    () => {
      const stale = staleExceptions();
      return { ok: stale.length === 0, output: stale.join('\n') };
    },
  ],
  ['dead files, exports and dependencies', () => node('knip/bin/knip.js', '--no-progress', '--no-config-hints')],
  ['structure and documents', () => node('vitest/vitest.mjs', 'run', 'test/structure.test.ts', 'test/docs.test.ts')],
];

/** Known holes in what is installed; where the registry does not answer, that is no failure of the project. */
function holes() {
  const { stdout } = attempt('npm', ['audit', '--json'], { minutes: 2 });
  try {
    const { vulnerabilities } = JSON.parse(stdout);
    const names = Object.values(vulnerabilities).map(({ name, severity, range }) => `${name} ${range} (${severity})`);
    return names.length === 0 ? 'none' : names.join('\n    ');
  } catch {
    return 'not checked: the registry does not answer';
  }
}

/** Runs every step and prints it; returns how many failed. */
export function check() {
  let failed = 0;
  for (const [what, run] of steps) {
    const started = Date.now();
    const { ok, output } = run();
    if (!ok) failed++;
    console.log(`${ok ? '✓' : '✗'} ${what} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    if (!ok) console.log(output.trim().replace(/^/gm, '    '));
  }
  console.log(`· known holes in packages: ${holes()}`);
  return failed;
}

if (isStarted(import.meta.url)) process.exitCode = check() === 0 ? 0 : 1;
