import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { inProject } from '../setup/tools.mjs';

const require = createRequire(import.meta.url);
const built = (file) => require(inProject('dist', file));

/** Largest difference allowed, as a share of the reference's range. */
const LOGITS = 1e-4;
const MAPS = 1e-3;
/** A slope jumps where a ReLU's input is zero but for rounding: so many of an input's numbers may differ by more. */
const GATES = 0.05;

const floats = (folder, name) => {
  const bytes = readFileSync(path.join(folder, `${name}.f32`));
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
};

/** Largest difference as a share of the reference's range, and the share of numbers that differ by more than `MAPS` of it. */
function compare(ours, reference) {
  if (ours.length !== reference.length) return { largest: Infinity, beyond: 1 };
  const range = reference.reduce((most, value) => Math.max(most, value), -Infinity) - Math.min(...reference) || 1;
  let [largest, count] = [0, 0];
  for (const [i, value] of ours.entries()) {
    const difference = Math.abs(value - reference[i]) / range;
    if (!(difference <= largest)) largest = Number.isFinite(difference) ? difference : Infinity;
    if (!(difference <= MAPS)) count++;
  }
  return { largest, beyond: count / ours.length };
}

const preprocessing = ({ size, mean, std }) => ({ resize: null, crop: size, mean, std });
const labels = ({ classes }) => Array.from({ length: classes }, (_, i) => `class ${i}`);

/** The network that was exported, read out of its file. */
async function exportedNetwork(entry) {
  const { openForeign } = built('explain/network/foreign/load-foreign.js');
  const description = { preprocessing: preprocessing(entry), output: 'softmax', classes: labels(entry) };
  const { network } = await openForeign(path.join(entry.folder, 'network.onnx'), {}, description);
  return { ...network, name: entry.name, title: entry.name };
}

/** The architecture of that name with the same weights; null where there is none. */
async function namedNetwork(entry) {
  const { isArchitecture } = built('explain/network/architectures/index.js');
  if (!isArchitecture(entry.name)) return null;
  const { loadNetwork } = built('explain/network/load-network.js');
  const sha256 = createHash('sha256')
    .update(readFileSync(path.join(entry.folder, 'weights.pth')))
    .digest('hex');
  const card = {
    title: entry.name,
    architecture: entry.name,
    weights: { file: 'weights.pth', sha256, url: null },
    preprocessing: preprocessing(entry),
    output: 'softmax',
    classes: labels(entry),
  };
  const file = path.join(entry.folder, `${entry.name}.yaml`);
  writeFileSync(file, JSON.stringify(card));
  return loadNetwork(file, { offline: true });
}

/** Logits, the slope of the target's logit and Grad-CAM of one network, beside PyTorch's. */
async function differences(network, entry, photo, node) {
  const { openForward } = built('explain/network/executors/forward.js');
  const { openGradient } = built('explain/network/executors/gradient.js');
  const { prepareInput } = built('explain/image/prepare.js');
  const { findMethod } = built('explain/methods/index.js');
  const { folder, target, classes, layer } = entry;
  const input = prepareInput(photo, network.preprocessing).values;
  const forward = openForward(network);
  const ours = { logits: forward.run(input, 1) };
  forward.close();
  const session = openGradient(network);
  ours.gradient = session.run(
    input,
    1,
    Float32Array.from({ length: classes }, (_, i) => Number(i === target)),
  ).gradients;
  session.close();
  let place = '';
  if (layer !== null) {
    const map = await findMethod('grad-cam').run(network, photo, node === null ? { target } : { target, layer: node });
    ours['grad-cam'] = map.values;
    place = map.layer;
  }
  const rows = Object.entries(ours).map(([name, values]) => {
    const reference = floats(folder, name);
    const mine = compare(values, reference);
    const fits =
      name === 'logits'
        ? mine.largest <= LOGITS
        : mine.largest <= MAPS || (name === 'gradient' && mine.largest < Infinity && mine.beyond <= GATES);
    return { name, fits, mine, rounding: compare(floats(folder, `${name}-float32`), reference) };
  });
  return { rows, place };
}

const wordsOf = ({ name, fits, mine, rounding }) =>
  `${name} ${mine.largest.toExponential(1)} (${rounding.largest.toExponential(1)})${fits ? '' : ' BEYOND TOLERANCE'}`;

/** Compares one network as it was exported and, where there is one, the architecture of its name; prints a line for each. */
async function compareCase(entry) {
  const pixels = new Uint8Array(readFileSync(path.join(entry.folder, 'pixels.u8')));
  const [height, width] = entry.size;
  const photo = { pixels, height, width, sha256: createHash('sha256').update(pixels).digest('hex'), source: 'noise' };
  const title = `${entry.name} (${entry.library}${entry.dynamo ? ', torch.export' : ''})`;
  let right = true;
  for (const { what, open } of [
    { what: 'ONNX', open: exportedNetwork },
    { what: 'by name', open: namedNetwork },
  ]) {
    try {
      const network = await open(entry);
      if (network === null) continue;
      const { rows, place } = await differences(network, entry, photo, entry.node);
      right &&= rows.every(({ fits }) => fits);
      console.log(`${title.padEnd(46)}${what.padEnd(9)}${rows.map(wordsOf).join(', ')}${place && ` at ${place}`}`);
    } catch (error) {
      right = false;
      console.log(`${title.padEnd(46)}${what.padEnd(9)}${error.message}`);
    }
  }
  return right;
}

/**
 * Networks of torchvision and timm, exported one after another by `exports.py`, beside PyTorch.
 * @param names of cases; all where there are none.
 * @returns whether every difference is within its tolerance.
 */
export async function compareExports(python, folder, names = []) {
  const child = spawn(python, [inProject('scripts/parity/exports.py'), folder, ...names], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  const ended = new Promise((resolve) => {
    child.on('error', () => resolve(1)).on('close', resolve);
  });
  let [right, count] = [true, 0];
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{')) continue;
    const entry = JSON.parse(line);
    if (entry.versions !== undefined) {
      const versions = Object.entries(entry.versions).map((pair) => pair.join(' '));
      console.log(
        `\nExported networks, random weights (${versions.join(', ')}): largest differences as a share of the`,
      );
      console.log(
        'range, Whylight from PyTorch in float64 (in brackets: PyTorch in float32 from PyTorch in float64)\n',
      );
      continue;
    }
    right = (await compareCase(entry)) && right;
    count++;
    rmSync(entry.folder, { recursive: true });
    child.stdin.write('\n');
  }
  child.stdin.end();
  right = (await ended) === 0 && count > 0 && right;
  console.log(
    `\n${count} networks, ${right ? 'all within' : 'BEYOND'} tolerance: logits ${LOGITS}; maps ${MAPS}, slopes on ${1 - GATES} of the input`,
  );
  return right;
}
