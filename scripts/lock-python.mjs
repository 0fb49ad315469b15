#!/usr/bin/env node
// Writes scripts/requirements*.txt from the .in files: every package that those lead to, on all platforms and from the
// oldest Python on, at one version, with the sha256 of each of its files on PyPI. `npm run lock`; `-- --upgrade` takes
// newer versions of what the .in files leave open.
import { inProject, must } from './setup/tools.mjs';
import { virtualEnvironment } from './setup/virtual-environment.mjs';

/** @type {[name: string, oldest: string, beside: string[]][]} */
const lists = [
  ['requirements', '3.9', []],
  // Installed into the same environment.
  ['requirements-lab', '3.10', ['--constraint', 'scripts/requirements.txt']],
  ['requirements-lock', '3.9', []],
];

const { python } = virtualEnvironment({
  name: 'lock',
  folder: '.venv-lock',
  requirements: 'scripts/requirements-lock.txt',
  modules: ['uv'],
  otherwise: 'and run this again',
});
for (const [name, oldest, beside] of lists) {
  must(
    python,
    [
      '-m',
      'uv',
      'pip',
      'compile',
      inProject(`scripts/${name}.in`),
      ...['--output-file', inProject(`scripts/${name}.txt`)],
      ...['--universal', '--python-version', oldest],
      ...['--generate-hashes', '--no-header', '--no-annotate', '--no-config'],
      ...beside,
      ...process.argv.slice(2),
    ],
    {},
    'check the connection to PyPI and run this again',
  );
  console.log(`scripts/${name}.txt`);
}
