import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { AbortedError, WhylightError } from '../explain/errors';
import { partName, temporaryFolder } from '../explain/leftovers';
import type { RunOptions } from '../explain/progress';
import { finishPage, type PageFrame } from './exported-page';

const project = path.resolve(__dirname, '../..');
const python = path.join(project, '.venv/bin/python');
/** Pages as nbconvert writes them: here with what a page needs. */
export const pageTemplates = path.join(project, 'scripts/page-template');

/** How a notebook is executed. */
export interface ExecuteOptions extends Pick<RunOptions, 'onProgress' | 'signal'> {
  /** Values for the declarations in the cell tagged `parameters`. Default: none. */
  readonly parameters?: Readonly<Record<string, string | number | boolean>>;
  /** Seconds one cell may take. Default 1800. */
  readonly timeout?: number;
  /** Keeps in each cell when it ran, so that no two runs write the same bytes. Default false. */
  readonly times?: boolean;
  /** What the page gets beside the notebook. Default: Plotly. */
  readonly page?: PageFrame;
  /** Where it is written: the notebook with its outputs, and the page. */
  readonly ipynb: string;
  readonly html: string;
}

interface Event {
  readonly event: 'cell' | 'refused' | 'failed' | 'done';
  readonly number?: number;
  readonly count?: number;
  readonly message?: string;
}

/**
 * Executes a notebook in a fresh kernel under Jupyter's own client, in the notebook's folder, and writes it with its
 * outputs as `.ipynb` and HTML; after a failing cell, too, so that its output can be read.
 *
 * @throws WhylightError with the cell's number and message where a cell fails, a type error and a rejection that
 *   nothing awaited included; AbortedError when interrupted.
 */
export async function executeNotebook(file: string, options: ExecuteOptions): Promise<void> {
  if (!existsSync(file)) throw new WhylightError(`no such notebook: ${file}`);
  if (!existsSync(python)) throw new WhylightError('the Python environment is missing: run `npm run setup`');
  if (options.signal?.aborted) throw new AbortedError('interrupted');
  const beside = (place: string) => path.join(path.dirname(path.resolve(place)), partName(path.basename(place)));
  const [ipynb, html] = [beside(options.ipynb), beside(options.html)];
  const runtime = temporaryFolder('whylight-jupyter');
  try {
    const end = await executeInto(file, runtime, { ...options, ipynb, html });
    if (existsSync(html)) {
      await finishPage(html, options.page);
      await rename(ipynb, options.ipynb);
      await rename(html, options.html);
    }
    if (end !== null) throw end;
  } finally {
    for (const one of [ipynb, html, runtime]) await rm(one, { recursive: true, force: true });
  }
}

/** Executes a notebook and writes what came of it. @returns what went wrong in it */
async function executeInto(
  file: string,
  runtime: string,
  { parameters = {}, timeout = 1800, times = false, ipynb, html, onProgress, signal }: ExecuteOptions,
): Promise<WhylightError | null> {
  const name = path.basename(file);
  const child = spawn(python, [path.join(project, 'scripts/notebook.py'), String(process.pid)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // In a group of its own, so that the kernel it started ends with it.
    detached: true,
    // Where the kernel's ports are written: not among those of the person's own kernels.
    env: { ...process.env, JUPYTER_RUNTIME_DIR: runtime, WHYLIGHT_PLOTLY: 'page' },
  });
  const stop = () => process.kill(-child.pid!, 'SIGTERM');
  signal?.addEventListener('abort', stop, { once: true });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-4000);
  });
  child.stdin.end(
    JSON.stringify({
      file: path.resolve(file),
      folder: path.dirname(path.resolve(file)),
      title: name.replace(/\.ipynb$/, ''),
      parameters,
      timeout,
      times,
      templates: pageTemplates,
      ipynb,
      html,
    }),
  );
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  let last: Event | null = null;
  for await (const line of createInterface({ input: child.stdout })) {
    last = JSON.parse(line) as Event;
    if (last.event === 'cell') onProgress?.({ label: name, done: last.number! - 1, total: last.count! });
  }
  await ended;
  signal?.removeEventListener('abort', stop);
  if (signal?.aborted) throw new AbortedError('interrupted');
  if (last?.event === 'done') return null;
  if (last?.event === 'failed') return new WhylightError(`${name}: cell ${last.number} failed: ${last.message}`);
  if (last?.event === 'refused') return new WhylightError(`${name}: ${last.message}`);
  return new WhylightError(`${name} could not be executed: ${errors.trim().split('\n').at(-1) ?? 'no answer'}`);
}
