#!/usr/bin/env node
// Explains the same photos with Whylight and with PyTorch and Captum, then exports networks of torchvision and timm and
// reads them, and compares: `npm run parity`; `npm run parity -- --exports [NAME …]` does the second part alone.
// PyTorch comes from a virtual environment of its own, .venv-parity, or from the Python that WHYLIGHT_PYTHON names.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { compareExports } from './parity/exports.mjs';
import { ourSide } from './parity/ours.mjs';
import { referencePython } from './setup/reference-python.mjs';
import { findMirror, inProject, StepError } from './setup/tools.mjs';

const environment = {
  name: 'parity',
  requirements: 'scripts/parity-requirements.txt',
  modules: ['captum', 'timm', 'torchvision', 'onnxscript'],
  what: 'PyTorch, torchvision, timm and Captum',
};

async function comparePhotos(python, folder) {
  const mirror = findMirror();
  if (mirror === null)
    console.log('No mirror of photos and weights (WHYLIGHT_MIRROR): ResNet-50 alone, on drawn scenes');
  await ourSide(folder, mirror);
  const compared = spawnSync(python, [inProject('scripts/parity.py'), folder, ...(mirror === null ? [] : [mirror])], {
    stdio: 'inherit',
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  if (compared.error)
    throw new StepError(`cannot run ${python}: ${compared.error.message}`, 'name another Python in WHYLIGHT_PYTHON');
  return compared.status === 0;
}

const [option, ...names] = process.argv.slice(2);
const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-parity-'));
try {
  if (option !== undefined && option !== '--exports')
    throw new StepError(`unknown option: ${option}`, 'allowed: none, or --exports [NAME …]');
  const python = referencePython(environment, console.log);
  const photos = option === '--exports' || (await comparePhotos(python, folder));
  const exports = await compareExports(python, folder, names);
  process.exitCode = photos && exports ? 0 : 1;
} catch (error) {
  console.error(error instanceof StepError ? `parity: ${error.message}\n    ${error.advice}` : error);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
