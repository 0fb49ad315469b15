#!/usr/bin/env node
// One line for each part of the set-up: its version, or what to do. Needs none of them itself.
import { existsSync, readFileSync } from 'node:fs';
import { canvasVersion } from './setup/canvas.mjs';
import { findChromium } from './setup/chromium.mjs';
import { engineVersion } from './setup/engine.mjs';
import { attempt, inProject, sha256, stamp } from './setup/tools.mjs';

const again = 'run `npm run setup`';

const node = () => {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const fits = major > 20 ? major <= 24 : major === 20 && minor >= 19;
  return fits ? process.version : null;
};
const packages = () => {
  if (!existsSync(inProject('node_modules'))) return null;
  const current = stamp.is('npm', `${sha256(inProject('package-lock.json'))} node ${process.versions.modules}`);
  return current ? 'as in package-lock.json' : null;
};
const python = () => {
  const { ok, stdout } = attempt(inProject('.venv/bin/python'), [
    '-c',
    'import platform, nbclient, nbconvert; print("Python", platform.python_version(), "nbclient", nbclient.__version__, "nbconvert", nbconvert.__version__)',
  ]);
  return ok ? stdout.trim() : null;
};
const built = () =>
  existsSync(inProject('dist/index.js')) ? JSON.parse(readFileSync(inProject('package.json'), 'utf8')).version : null;
const kernel = () => {
  const file = inProject('.venv/share/jupyter/kernels/whylight/kernel.json');
  if (!existsSync(file)) return null;
  const { argv, display_name: name } = JSON.parse(readFileSync(file, 'utf8'));
  const tslab = inProject('node_modules/tslab/package.json');
  if (!existsSync(argv[0]) || !existsSync(argv[1]) || !existsSync(tslab)) return null;
  return `${name}, tslab ${JSON.parse(readFileSync(tslab, 'utf8')).version}`;
};

/** @type {[name: string, probe: () => string | null, advice: string][]} */
const parts = [
  ['Node', node, 'install Node 20.19 to 24'],
  ['npm packages', packages, again],
  ['TensorFlow engine', engineVersion, again],
  [
    'canvas',
    canvasVersion,
    `${again}; it needs (Debian and Ubuntu) build-essential libcairo2-dev libpango1.0-dev libjpeg-dev libgif-dev librsvg2-dev`,
  ],
  [
    'Chromium',
    () => findChromium()?.version ?? null,
    'install one (Debian: apt-get install chromium), or set CHROME_PATH',
  ],
  ['Python environment', python, `${again}; it needs (Debian and Ubuntu) python3-venv`],
  ['build', built, again],
  ['notebook kernel', kernel, again],
];

let missing = 0;
for (const [name, probe, advice] of parts) {
  const version = probe();
  if (version === null) missing++;
  console.log(`${version === null ? '✗' : '✓'} ${name}: ${version ?? `missing: ${advice}`}`);
}
process.exitCode = missing === 0 ? 0 : 1;
