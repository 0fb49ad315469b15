import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ensureWritableFolder, writeWhole } from '../explain/files';

const launcher = path.resolve(__dirname, '../../scripts/kernel.cjs');

/** The kernel as Jupyter's `kernel.json` describes it. */
export function kernelSpec() {
  return {
    argv: [process.execPath, launcher, '{connection_file}'],
    display_name: 'TypeScript (Whylight)',
    language: 'typescript',
    // tslab knows no interrupt message.
    interrupt_mode: 'signal',
  };
}

/** The folder in which a person's own Jupyter and VS Code look for kernels. */
export function userKernels(environment: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  const home = environment.HOME || os.homedir();
  const usual =
    platform === 'darwin'
      ? path.join(home, 'Library/Jupyter')
      : path.join(environment.XDG_DATA_HOME || path.join(home, '.local/share'), 'jupyter');
  return path.join(environment.JUPYTER_DATA_DIR || usual, 'kernels');
}

/**
 * Registers the kernel in a folder of kernels.
 * @returns the file, and whether it was changed
 * @throws WhylightError where the folder cannot be made or written.
 */
export async function registerKernel(folder: string): Promise<{ readonly file: string; readonly changed: boolean }> {
  const file = path.join(folder, 'whylight', 'kernel.json');
  const text = `${JSON.stringify(kernelSpec(), null, 2)}\n`;
  if ((await readFile(file, 'utf8').catch(() => null)) === text) return { file, changed: false };
  await ensureWritableFolder(path.dirname(file));
  await writeWhole(file, text);
  return { file, changed: true };
}
