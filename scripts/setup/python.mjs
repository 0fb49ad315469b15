import { existsSync } from 'node:fs';
import { attempt, inProject, must, sha256, stamp } from './tools.mjs';

/**
 * The Python in `WHYLIGHT_PYTHON`, or that of a virtual environment of the project's own, made at first use.
 *
 * @param options.name of the environment, `.venv-NAME`.
 * @param options.requirements file in the project that lists the packages.
 * @param options.alone packages to install without what they ask for.
 * @param options.modules must be there for the environment to be used again.
 * @param options.what it holds, for the person who waits.
 */
export function referencePython({ name, requirements, alone = [], modules, what }, log) {
  if (process.env.WHYLIGHT_PYTHON) return process.env.WHYLIGHT_PYTHON;
  const folder = `.venv-${name}`;
  const python = inProject(folder, 'bin/python');
  const wanted = `${sha256(inProject(requirements))} ${alone.join(' ')}`;
  if (stamp.is(name, wanted) && attempt(python, ['-c', `import ${modules.join(', ')}`]).ok) return python;
  log(`Installing ${what} into ${folder}`);
  const advice = `or name a Python that has what ${requirements} lists in WHYLIGHT_PYTHON`;
  if (!existsSync(python)) must('python3', ['-m', 'venv', inProject(folder)], {}, `install python3-venv, ${advice}`);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  const install = (args, minutes) =>
    must(python, [...pip, ...args], { minutes }, `check the connection to PyPI, ${advice}`);
  install(['-r', inProject(requirements)], 60);
  if (alone.length > 0) install(['--no-deps', ...alone], 10);
  stamp.set(name, wanted);
  return python;
}
