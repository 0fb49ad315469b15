import { existsSync } from 'node:fs';
import { aptInstall, attempt, inProject, must, StepError, sha256, stamp } from './tools.mjs';

const python = inProject('.venv/bin/python');

/** The Python environment that executes notebooks. */
export function pythonEnvironment() {
  const requirements = inProject('scripts/requirements.txt');
  const wanted = sha256(requirements);
  if (stamp.is('python', wanted) && attempt(python, ['-c', 'import nbclient, nbconvert']).ok) return 'already there';
  const make = () => attempt('python3', ['-m', 'venv', inProject('.venv')], { minutes: 5 });
  let made = existsSync(python) ? { ok: true } : make();
  if (!made.ok && aptInstall(['python3-venv'])) made = make();
  if (!made.ok) {
    throw new StepError(
      'python3 could not make a virtual environment',
      'install it (Debian and Ubuntu: apt-get install python3-venv) and run this again',
    );
  }
  must(
    python,
    ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements],
    {},
    'check the connection to PyPI and run this again',
  );
  stamp.set('python', wanted);
  return 'installed into .venv';
}
