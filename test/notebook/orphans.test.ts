import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { notebookText } from '../../scripts/notebook-text.mjs';
import { project } from '../support/command';

/** The id of a process that has ended. */
const ended = () => String(spawnSync(process.execPath, ['-e', '']).pid);
const started = { timeout: 30_000, killSignal: 'SIGKILL' } as const;

const kernel = (client: string, work = 'setTimeout(() => process.exit(0), 3000);') => {
  const module = path.join(project, 'dist/notebook/kernel.js');
  const script = `require(${JSON.stringify(module)}).prepareKernel(); ${work}`;
  return spawnSync(process.execPath, ['-e', script], { ...started, env: { ...process.env, JPY_PARENT_PID: client } });
};

test('a kernel whose client was killed before it was up ends; one whose client runs it through another process does not', () => {
  expect(kernel(ended()).status).toBe(143);
  expect(kernel(String(process.ppid)).status).toBe(0);
}, 60_000);

test('a kernel whose client is gone ends also where its cell never does', () => {
  const { signal, error } = kernel(ended(), 'for (;;) {}');
  // It ends itself: nobody's patience is over.
  expect({ signal, error }).toEqual({ signal: 'SIGKILL', error: undefined });
}, 60_000);

test('of a run that is killed while a cell computes for ever no process stays', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'orphans-'));
  const jupyter = path.join(folder, 'jupyter/kernels/whylight');
  mkdirSync(jupyter, { recursive: true });
  // This project's kernel, wherever its Python environment comes from.
  const argv = [process.execPath, path.join(project, 'scripts/kernel.cjs'), '{connection_file}'];
  writeFileSync(path.join(jupyter, 'kernel.json'), JSON.stringify({ argv, display_name: 'x', language: 'typescript' }));
  const started = path.join(folder, 'started');
  const cell = `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(started)}, '');\nfor (;;) {}`;
  writeFileSync(path.join(folder, 'a.ipynb'), notebookText([cell]));
  const env = { ...process.env, JUPYTER_PATH: path.join(folder, 'jupyter'), TMPDIR: folder };
  const main = path.join(project, 'dist/cli/main.js');
  const args = ['notebook', 'run', path.join(folder, 'a.ipynb'), '--out', path.join(folder, 'out')];
  const child = spawn(process.execPath, [main, ...args], { stdio: 'ignore', env });
  await vi.waitFor(() => expect(existsSync(started)).toBe(true), { timeout: 120_000, interval: 100 });
  const all = processesOf(folder);
  // The command, Jupyter's client and the kernel.
  expect(all.length).toBeGreaterThanOrEqual(3);
  child.kill('SIGKILL');
  await vi.waitFor(() => expect(processesOf(folder)).toEqual([]), { timeout: 60_000, interval: 100 });
  rmSync(folder, { recursive: true });
}, 240_000);

/** The processes that have a folder for temporary files, as what they were started by. */
function processesOf(folder: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`TMPDIR=${folder}\0`);
    } catch {
      return false;
    }
  });
}

test('what executes a notebook ends where the one that asked was killed before it was up', async () => {
  const script = path.join(project, 'scripts/notebook.py');
  // What it waits for on its input never comes.
  const child = spawn(path.join(project, '.venv/bin/python'), [script, ended()], { ...started, stdio: 'pipe' });
  expect(await once(child, 'exit')).toEqual([143, null]);
}, 60_000);
