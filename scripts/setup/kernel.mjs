import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { inProject } from './tools.mjs';

/** The kernel's description as Jupyter reads it. */
export function kernelSpec() {
  return {
    argv: [process.execPath, inProject('scripts/kernel.cjs'), '{connection_file}'],
    display_name: 'TypeScript (Whylight)',
    language: 'typescript',
    interrupt_mode: 'signal',
  };
}

/** Registers the TypeScript kernel in the project's own Python environment. */
export function kernel() {
  const folder = inProject('.venv/share/jupyter/kernels/whylight');
  const text = `${JSON.stringify(kernelSpec(), null, 2)}\n`;
  const file = `${folder}/kernel.json`;
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return 'TypeScript (Whylight), already there';
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, text);
  return 'TypeScript (Whylight), registered in .venv';
}
