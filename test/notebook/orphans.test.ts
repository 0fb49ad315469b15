import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, test } from 'vitest';
import { project } from '../support/command';

/** The id of a process that has ended. */
const ended = () => String(spawnSync(process.execPath, ['-e', '']).pid);
const started = { timeout: 30_000, killSignal: 'SIGKILL' } as const;

const kernel = (client: string) => {
  const module = path.join(project, 'dist/notebook/kernel.js');
  const script = `require(${JSON.stringify(module)}).prepareKernel(); setTimeout(() => process.exit(0), 3000);`;
  return spawnSync(process.execPath, ['-e', script], { ...started, env: { ...process.env, JPY_PARENT_PID: client } });
};

test('a kernel whose client was killed before it was up ends; one whose client runs it through another process does not', () => {
  expect(kernel(ended()).status).toBe(143);
  expect(kernel(String(process.ppid)).status).toBe(0);
}, 60_000);

test('what executes a notebook ends where the one that asked was killed before it was up', async () => {
  const script = path.join(project, 'scripts/notebook.py');
  // What it waits for on its input never comes.
  const child = spawn(path.join(project, '.venv/bin/python'), [script, ended()], { ...started, stdio: 'pipe' });
  expect(await once(child, 'exit')).toEqual([143, null]);
}, 60_000);
