import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { WhylightError } from '../explain/errors';
import { ensureWritableFolder } from '../explain/files';
import { executeNotebook } from '../notebook/execute';
import { writeExportTemplate } from '../notebook/export-template';
import { registerKernel, userKernels } from '../notebook/kernel-spec';
import { copyLessons, resetLesson } from '../notebook/lesson-copies';
import { buildSite } from '../notebook/site';
import { interruptible } from './interrupt';
import { createReporter } from './progress';

const project = path.resolve(__dirname, '../..');
const bin = path.join(project, '.venv/bin');
const lessons = path.join(project, 'notebooks');

function run(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', cwd: project });
    child.once('error', reject).once('close', (code) => resolve(code ?? 130));
  });
}

/** Hands a mirror to the kernels that this process starts, wherever their notebooks lie. */
export function handMirror(mirror: string | undefined): void {
  if (mirror !== undefined) process.env.WHYLIGHT_MIRROR = path.resolve(mirror);
}

/** Where people work with the lessons, if they name no other folder: not in what git keeps. */
const ownLessons = path.join(project, 'lessons');

/** Puts one lesson back, over what its copy has become. */
export async function putBack(choice: string, folder = ownLessons): Promise<void> {
  process.stdout.write(`${await resetLesson(lessons, folder, choice)}: as in the project again\n`);
}

/** Brings the copies of the lessons up to date, and says what was done to them. */
async function prepareCopies(folder: string): Promise<void> {
  const { copied, renewed, changes } = await copyLessons(lessons, folder);
  const tell = (names: readonly string[], what: string) => {
    for (const name of names) process.stderr.write(`${path.join(folder, name)}: ${what}\n`);
  };
  if (copied.length > 0) process.stderr.write(`copied into ${folder}: ${copied.join(', ')}\n`);
  tell(renewed, 'renewed, for the lesson is newer and its copy had no changes');
  tell(
    changes,
    'the lesson is newer, but your copy is changed and stays (`whylight notebook --reset NAME` replaces it)',
  );
}

/** JupyterLab on copies of the lessons, with the kernel and Plotly beside it. */
export async function openLab(port: string, browser: boolean, folder = ownLessons): Promise<number> {
  const python = path.join(bin, 'python');
  if (!existsSync(python)) throw new WhylightError('the Python environment is missing: run `npm run setup`');
  if (!existsSync(path.join(bin, 'jupyter-lab'))) {
    process.stderr.write('installing JupyterLab into the project (once; about a minute)\n');
    const requirements = path.join(project, 'scripts/requirements-lab.txt');
    const code = await run(python, [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--require-hashes',
      '-r',
      requirements,
    ]);
    if (code !== 0) throw new WhylightError('JupyterLab could not be installed: check the connection to PyPI');
  }
  await prepareCopies(folder);
  await registerKernel(path.join(project, '.venv/share/jupyter/kernels'));
  const exporting = await writeExportTemplate(path.join(project, '.venv/share/jupyter'));
  process.env.WHYLIGHT_PLOTLY = 'page';
  const args = [
    ...exporting,
    `--port=${port}`,
    `--notebook-dir=${path.resolve(folder)}`,
    '--ip=127.0.0.1',
    ...(browser ? [] : ['--no-browser']),
  ];
  return run(path.join(bin, 'jupyter-lab'), process.getuid?.() === 0 ? [...args, '--allow-root'] : args);
}

/** Registers the kernel for the person's own Jupyter and VS Code. */
export async function installKernel(): Promise<void> {
  const { file, changed } = await registerKernel(userKernels());
  process.stdout.write(`TypeScript (Whylight): ${changed ? 'registered' : 'already registered'} in ${file}\n`);
}

/** Executes one notebook into a folder. */
export async function runNotebook(
  file: string,
  out: string,
  parameters: Readonly<Record<string, string | number | boolean>>,
): Promise<void> {
  if (!existsSync(file)) throw new WhylightError(`no such notebook: ${file}`);
  await ensureWritableFolder(out);
  const base = path.basename(file).replace(/\.ipynb$/, '');
  const [ipynb, html] = [path.join(out, `${base}.ipynb`), path.join(out, `${base}.html`)];
  if (path.resolve(ipynb) === path.resolve(file)) {
    throw new WhylightError(`${file} would be overwritten by its own outputs: name another folder with --out`);
  }
  const reporter = createReporter();
  try {
    await interruptible((signal) =>
      executeNotebook(file, { parameters, ipynb, html, signal, onProgress: reporter.onProgress }),
    );
  } finally {
    reporter.stop();
  }
  process.stdout.write(`${ipynb}\n${html}\n`);
}

/** Executes all lessons into pages. */
export async function writeSite(out: string): Promise<void> {
  await ensureWritableFolder(out);
  const reporter = createReporter();
  try {
    const index = await interruptible((signal) => buildSite(lessons, out, { signal, onProgress: reporter.onProgress }));
    reporter.stop();
    process.stdout.write(`${index}\n`);
  } finally {
    reporter.stop();
  }
}
