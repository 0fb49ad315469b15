import { virtualEnvironment } from './virtual-environment.mjs';

/**
 * The Python that runs reference libraries: the one in `WHYLIGHT_PYTHON`, or that of a virtual environment of the
 * project's own, made at first use.
 *
 * @param {object} options
 * @param {string} options.name of the environment, `.venv-NAME`.
 * @param {string} options.what it holds, for the person who waits.
 * @param {string} options.requirements as in `virtualEnvironment`, and so are the next two.
 * @param {string[]} [options.alone]
 * @param {string[]} options.modules
 */
export function referencePython({ name, what, ...packages }, log) {
  if (process.env.WHYLIGHT_PYTHON) return process.env.WHYLIGHT_PYTHON;
  const folder = `.venv-${name}`;
  const otherwise = `or name a Python that has what ${packages.requirements} lists in WHYLIGHT_PYTHON`;
  return virtualEnvironment({ ...packages, name, folder, otherwise }, () => log(`Installing ${what} into ${folder}`))
    .python;
}
