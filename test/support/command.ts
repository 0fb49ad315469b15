import { spawn } from 'node:child_process';
import path from 'node:path';

export const project = path.resolve(__dirname, '../..');

export interface Answer {
  readonly code: number | null;
  readonly out: string;
  /** Without what the engine's native library says of itself. */
  readonly err: string;
}

const ofTheEngine = /^(?:WARNING: All log messages before absl|[IWE]\d{4} )/;

/** How it is run. */
export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Another user, which only root may choose. */
  readonly uid?: number;
  readonly gid?: number;
  readonly onStart?: (pid: number) => void;
}

/** Runs the built command line as a person would; `onStart` gets the process, to interrupt it. */
export function whylight(
  args: readonly string[],
  { env = {}, cwd, uid, gid, onStart }: RunOptions = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(project, 'dist/cli/main.js'), ...args], {
      cwd: cwd ?? project,
      env: { ...process.env, ...env },
      ...(uid !== undefined && { uid }),
      ...(gid !== undefined && { gid }),
    });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      err += text;
    });
    onStart?.(child.pid!);
    child.once('error', reject).once('close', (code) => {
      const lines = err.split('\n').filter((line) => !ofTheEngine.test(line));
      resolve({ code, out, err: lines.join('\n') });
    });
  });
}
