// What is killed: for each case its input, made once, and its command, which runs in a trial's own folder.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { notebookText } from '../notebook-text.mjs';
import { cacheFolder, inProject, root } from '../setup/tools.mjs';

const whylight = (...args) => [process.execPath, inProject('scripts/whylight.mjs'), ...args];

/** Draws scenes of dogs and wolves into the input's folder. */
function scenes(input, name, count, size) {
  const [program, ...args] = whylight('scenes', '--count', String(count), '--size', String(size), '--leaks', 'none');
  execFileSync(program, [...args, '--out', path.join(input, name)], { stdio: 'pipe' });
}

const wolf = 'photo: { scene: single, kind: wolf, background: snow, seed: 3 }, network: scenes-fair';
const study = `title: A small study
authors: [Whylight]
data: drawn scenes
figures:
  - { id: wolf, kind: saliency, shows: A wolf in snow, ${wolf} }
  - { id: covered, kind: occlusion, shows: The wolf again, ${wolf}, target: wolf, occluders: [{ size: 32, stride: 16 }] }
  - { id: layers, kind: cam, shows: The wolf again, ${wolf}, target: wolf }
`;

/**
 * @typedef {object} Case
 * @property {(input: string) => void} prepare makes what the command reads.
 * @property {string[]} command
 * @property {RegExp} [refusal] what the next run may answer, where the killed one had finished.
 * @property {(input: string, folder: string) => void} [begin] what a trial's folder holds before.
 * @property {Record<string, string>} [env]
 * @property {RegExp} [step] of what it prints, where it says that a step begins: trial n is killed in step n.
 * @property {RegExp} [timed] files that hold times, by their path in a trial: of these only the names are compared.
 */

/** What set-up makes holds times, and so does what is compiled from it: Python's byte code, and the native parts. */
const compiled = /\.pyc$|\/build(?:-tmp-napi-v\d+)?\/|\.node$|tsbuildinfo$|\/node_modules\/\.cache\//;

/** The caches of this machine, so that set-up downloads little. */
const downloads = {
  npm_config_cache: process.env.npm_config_cache ?? path.join(os.homedir(), '.npm'),
  PIP_CACHE_DIR: process.env.PIP_CACHE_DIR ?? path.join(os.homedir(), '.cache/pip'),
};

/** All files that git knows. */
function copyProject(input) {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
  for (const file of files) cpSync(inProject(file), path.join(input, 'project', file));
}

/**
 * One step of set-up, by itself: the name of its file and of its function.
 * @returns {Case}
 */
function step(name, call, before = (_work) => {}) {
  const script = `import('./project/scripts/setup/${name}.mjs').then(({ ${call} }) => console.log(${call}()))`;
  return {
    prepare: copyProject,
    begin: (input, folder) => {
      cpSync(path.join(input, 'project'), path.join(folder, 'work/project'), { recursive: true });
      before(path.join(folder, 'work'));
    },
    command: [process.execPath, '-e', script],
    env: downloads,
    timed: compiled,
  };
}

/** @type {Readonly<Record<string, Case>>} */
export const cases = {
  scenes: {
    prepare: () => {},
    command: whylight('scenes', '--count', '4', '--size', '32', '--counterfactuals', '--out', 'out/drawn'),
    refusal: /is not empty/,
  },
  claims: {
    prepare: (input) =>
      writeFileSync(
        path.join(input, 'claims.yaml'),
        `${study}claims: { network: scenes-fair, background: { networks: [scenes-fair, scenes-biased], scenes: 20 }, scenes: 10, seed: 1 }\n`,
      ),
    command: whylight('scenes', '--claims', 'input/claims.yaml', '--out', 'out'),
    refusal: /is not empty/,
  },
  train: {
    prepare: (input) => scenes(input, 'drawn', 60, 48),
    command: whylight(
      ...['train', 'mine', '--data', 'input/drawn/photos', '--backbone', 'tiny-resnet', '--side', '32'],
      ...['--epochs', '12', '--patience', '12', '--batch', '8', '--out', 'out'],
    ),
  },
  head: {
    prepare: (input) => scenes(input, 'drawn', 80, 64),
    command: whylight(
      ...['train', 'mine', '--data', 'input/drawn/photos', '--backbone', 'scenes-fair', '--out', 'out'],
    ),
  },
  explain: {
    prepare: (input) => scenes(input, 'drawn', 6, 48),
    command: whylight(
      ...['explain', 'input/drawn/photos', '--network', 'scenes-fair', '--method', 'saliency,cam', '--out', 'out'],
    ),
  },
  'explain-jobs': {
    prepare: (input) => scenes(input, 'drawn', 6, 48),
    command: whylight(
      ...['explain', 'input/drawn/photos', '--network', 'scenes-fair', '--method', 'saliency', '--jobs', '2'],
      ...['--format', 'npy', '--out', 'out'],
    ),
  },
  evaluate: {
    prepare: () => {},
    command: whylight(
      'evaluate',
      ...['--network', 'scenes-fair', '--scenes', '4', '--methods', 'saliency,occlusion'],
      ...['--measures', 'deletion,relevance-mass', '--out', 'out'],
    ),
  },
  report: {
    prepare: (input) => writeFileSync(path.join(input, 'small.yaml'), study),
    command: whylight('report', '--study', 'input/small.yaml', '--out', 'out'),
  },
  notebook: {
    prepare: (input) => {
      const kernel = path.join(input, 'jupyter/kernels/whylight');
      mkdirSync(kernel, { recursive: true });
      const argv = [process.execPath, inProject('scripts/kernel.cjs'), '{connection_file}'];
      writeFileSync(
        path.join(kernel, 'kernel.json'),
        JSON.stringify({ argv, display_name: 'x', language: 'typescript' }),
      );
      writeFileSync(
        path.join(input, 'two.ipynb'),
        notebookText([
          "import { display, drawScene, loadNetwork, onWhite, overlay, saliency } from 'whylight';",
          "const network = await loadNetwork('scenes-fair');\nconst { image } = drawScene(onWhite('wolf', { seed: 1 }));",
          'display(overlay(await saliency(network, image)));',
        ]),
      );
    },
    command: whylight('notebook', 'run', 'input/two.ipynb', '--out', 'out'),
    // This project's kernel, wherever its Python environment comes from.
    env: { JUPYTER_PATH: 'input/jupyter' },
  },
  setup: {
    prepare: copyProject,
    // What it downloads comes from this machine's caches, where they have it.
    begin: (input, folder) => {
      cpSync(path.join(input, 'project'), path.join(folder, 'work/project'), { recursive: true });
      const library = readdirSync(cacheFolder).find((name) => /^libtensorflow-[0-9a-f]+$/.test(name));
      if (library) execFileSync('cp', ['-al', path.join(cacheFolder, library), path.join(folder, 'cache')]);
    },
    command: [process.execPath, 'project/scripts/setup.mjs'],
    env: downloads,
    step: /^setup: .* …$/m,
    timed: compiled,
  },
  'setup-npm': step('npm', 'npmPackages'),
  'setup-python': step('python', 'pythonEnvironment'),
  'setup-build': step('build', 'build', (work) =>
    symlinkSync(inProject('node_modules'), path.join(work, 'project/node_modules')),
  ),
};
