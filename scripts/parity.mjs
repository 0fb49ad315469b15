#!/usr/bin/env node
// Explains the same photos with Whylight and with PyTorch and Captum, and compares: `npm run parity`.
// PyTorch comes from a virtual environment of its own, .venv-parity, or from the Python that WHYLIGHT_PYTHON names.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ourSide } from './parity/ours.mjs';
import { attempt, inProject, must, StepError, sha256, stamp } from './setup/tools.mjs';

function referencePython() {
  if (process.env.WHYLIGHT_PYTHON) return process.env.WHYLIGHT_PYTHON;
  const python = inProject('.venv-parity/bin/python');
  const requirements = inProject('scripts/parity-requirements.txt');
  const wanted = sha256(requirements);
  if (stamp.is('parity', wanted) && attempt(python, ['-c', 'import captum']).ok) return python;
  console.log('Installing PyTorch and Captum into .venv-parity');
  const advice = 'or name a Python that has torch, captum, numpy, pillow and safetensors in WHYLIGHT_PYTHON';
  if (!existsSync(python)) {
    must('python3', ['-m', 'venv', inProject('.venv-parity')], {}, `install python3-venv, ${advice}`);
  }
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
  must(python, pip, { minutes: 60 }, `check the connection to PyPI, ${advice}`);
  stamp.set('parity', wanted);
  return python;
}

const beside = inProject('../shared/mirror');
const mirror = process.env.WHYLIGHT_MIRROR || (existsSync(beside) ? beside : null);
const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-parity-'));
try {
  const python = referencePython();
  if (mirror === null)
    console.log('No mirror of photos and weights (WHYLIGHT_MIRROR): ResNet-50 alone, on drawn scenes');
  await ourSide(folder, mirror);
  const compared = spawnSync(python, [inProject('scripts/parity.py'), folder, ...(mirror === null ? [] : [mirror])], {
    stdio: 'inherit',
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  if (compared.error)
    throw new StepError(`cannot run ${python}: ${compared.error.message}`, 'name another Python in WHYLIGHT_PYTHON');
  process.exitCode = compared.status ?? 1;
} catch (error) {
  console.error(error instanceof StepError ? `parity: ${error.message}\n    ${error.advice}` : error);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
