import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { aptInstall, attempt, inProject, must, StepError, sha256, stamp } from './tools.mjs';

/**
 * A virtual environment in the project, made anew only where its packages are not there.
 *
 * @param {object} environment
 * @param {string} environment.name its stamp in `.setup`.
 * @param {string} environment.folder that holds it, relative to the project.
 * @param {string} environment.requirements file in the project that lists its packages; where it has hashes, all need one.
 * @param {string[]} [environment.alone] packages to install without what they ask for.
 * @param {string[]} environment.modules must be importable for the environment to be used again.
 * @param {string} environment.otherwise what else a person can do where it cannot be made.
 * @param beforeInstall called once, when packages are about to be installed.
 * @returns its Python, and whether packages were installed.
 * @throws StepError where Python makes no environment, or pip fails.
 */
export function virtualEnvironment(environment, beforeInstall = () => {}) {
  const { name, folder, requirements, alone = [], modules, otherwise } = environment;
  const python = inProject(folder, 'bin/python');
  const list = inProject(requirements);
  const state = [sha256(list), ...alone].join(' ');
  if (stamp.is(name, state) && attempt(python, ['-c', `import ${modules.join(', ')}`]).ok) {
    return { python, installed: false };
  }
  beforeInstall();
  // pip leaves what it has unpacked where it is killed: here the next set-up clears it, for only one runs at a time.
  const scratch = inProject('.setup', `pip-${name}`);
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const env = { TMPDIR: scratch };
  // Where installing was stopped, a package may look whole to pip and not be.
  if (stamp.is(name, '')) rmSync(inProject(folder), { recursive: true, force: true });
  stamp.set(name, '');
  // One whose making was stopped has a Python and no pip.
  const make = () => {
    if (attempt(python, ['-m', 'pip', '--version']).ok) return true;
    rmSync(inProject(folder), { recursive: true, force: true });
    return attempt('python3', ['-m', 'venv', inProject(folder)], { minutes: 5, env }).ok;
  };
  if (!make() && !(aptInstall(['python3-venv']) && make())) {
    throw new StepError(
      'python3 could not make a virtual environment',
      `install it (Debian and Ubuntu: apt-get install python3-venv), ${otherwise}`,
    );
  }
  const pip = (args, minutes) =>
    must(
      python,
      ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...args],
      { minutes, env },
      `check the connection to PyPI, ${otherwise}`,
    );
  const hashes = readFileSync(list, 'utf8').includes('--hash=') ? ['--require-hashes'] : [];
  pip([...hashes, '-r', list], 60);
  if (alone.length > 0) pip(['--no-deps', ...alone], 10);
  rmSync(scratch, { recursive: true, force: true });
  stamp.set(name, state);
  return { python, installed: true };
}
