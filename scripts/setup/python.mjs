import { virtualEnvironment } from './virtual-environment.mjs';

/** The Python environment that executes notebooks. */
export function pythonEnvironment() {
  const { installed } = virtualEnvironment({
    name: 'python',
    folder: '.venv',
    requirements: 'scripts/requirements.txt',
    modules: ['nbclient', 'nbconvert'],
    otherwise: 'and run this again',
  });
  return installed ? 'installed into .venv' : 'already there';
}
