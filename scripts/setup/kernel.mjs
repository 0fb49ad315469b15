import { createRequire } from 'node:module';
import { inProject } from './tools.mjs';

/** Registers the TypeScript kernel in the project's own Python environment. */
export async function kernel() {
  const { kernelSpec, registerKernel } = createRequire(import.meta.url)(inProject('dist/notebook/kernel-spec.js'));
  const { changed } = await registerKernel(inProject('.venv/share/jupyter/kernels'));
  return `${kernelSpec().display_name}, ${changed ? 'registered in .venv' : 'already there'}`;
}
