import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { inProject } from '../setup/tools.mjs';

const require = createRequire(import.meta.url);
const built = (file) => require(inProject('dist', file));

/** Largest differences: of the logits as a share of their range; of maps as a share of theirs, on all but GATES of the pixels. */
const LOGITS = 1e-4;
const MAPS = 1e-3;
const GATES = 0.05;

const floats = (file) => {
  const bytes = readFileSync(file);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
};

/** The largest difference as a share of the reference's range, and the share of places beyond MAPS. */
function compare(ours, reference) {
  let [least, most, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const value of reference) [least, most] = [Math.min(least, value), Math.max(most, value)];
  const range = most - least || 1;
  let beyond = 0;
  for (let i = 0; i < reference.length; i++) {
    const share = Number.isFinite(ours[i]) ? Math.abs(ours[i] - reference[i]) / range : Number.POSITIVE_INFINITY;
    largest = Math.max(largest, share);
    if (share > MAPS) beyond++;
  }
  return { largest, beyond: beyond / reference.length };
}

async function ourAnswers(folder, { name, side, target, answers }) {
  const { readOnnxNetwork } = built('explain/network/onnx/onnx-network.js');
  const { openGradient } = built('explain/network/executors/gradient.js');
  const { prepareInput } = built('explain/image/prepare.js');
  const { gradCam } = built('explain/methods/grad-cam.js');
  const foreign = await readOnnxNetwork(path.join(folder, `${name}.onnx`), {});
  const classes = Array.from({ length: foreign.outputs }, (_, i) => `class ${i}`);
  const preprocessing = {
    resize: null,
    crop: [side, side],
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  };
  const network = { ...foreign, name, title: name, architecture: 'onnx', preprocessing, output: 'softmax', classes };
  const pixels = new Uint8Array(readFileSync(path.join(folder, `${name}.pixels`)));
  const sha256 = createHash('sha256').update(pixels).digest('hex');
  const photo = { pixels, width: side, height: side, sha256, source: name };
  const { values } = prepareInput(photo, preprocessing);
  const session = openGradient(network);
  const weights = Float32Array.from(classes, (_, i) => (i === target ? 1 : 0));
  const { outputs, gradients } = session.run(values, 1, weights);
  session.close();
  const result = { logits: outputs, slope: gradients };
  if (answers.includes('grad-cam')) {
    const pool = network.graph.findLast(({ operation }) => operation.kind === 'globalAvgPool');
    result['grad-cam'] = (await gradCam(network, photo, { target, layer: pool.inputs[0] })).values;
  }
  return result;
}

/** Each answer's differences in words, and whether all are within their tolerances. */
async function compareOne(folder, one) {
  const ours = await ourAnswers(folder, one);
  const parts = one.answers.map((answer) => {
    const { largest, beyond } = compare(ours[answer], floats(path.join(folder, `${one.name}.${answer}`)));
    const fits = answer === 'logits' ? largest <= LOGITS : beyond <= (answer === 'slope' ? GATES : 0);
    const where = beyond > 0 && answer !== 'logits' ? ` (above ${MAPS} on ${(100 * beyond).toFixed(1)} %)` : '';
    return { fits, words: `${answer} ${largest.toExponential(1)}${where}${fits ? '' : ' BEYOND TOLERANCE'}` };
  });
  return { words: parts.map(({ words }) => words).join(', '), right: parts.every(({ fits }) => fits) };
}

/**
 * Networks that PyTorch exports to ONNX, read here and answered by both; prints a line each.
 * @returns {Promise<boolean>} whether all differences are within the tolerances.
 */
export async function compareExports(python, folder, names) {
  console.log('\nExports of torchvision and timm to ONNX, seeded weights: largest differences from PyTorch\n');
  const child = spawn(python, [inProject('scripts/parity/exports.py'), folder, ...names], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  let [all, count] = [true, 0];
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{')) continue;
    const one = JSON.parse(line);
    const { words, right } = await compareOne(folder, one).catch(({ message }) => ({
      words: `FAILS: ${message}`,
      right: false,
    }));
    console.log(`${one.name.padEnd(24)}${words}`);
    all &&= right;
    count++;
    for (const ending of ['onnx', 'pixels', ...one.answers]) rmSync(path.join(folder, `${one.name}.${ending}`));
    child.stdin.write('\n');
  }
  child.stdin.end();
  const limits = `logits ${LOGITS}; Grad-CAM ${MAPS}; slopes ${MAPS} on ${100 * (1 - GATES)} % of the pixels`;
  console.log(`\n${count} exports, ${all ? 'all within' : 'BEYOND'} tolerance: ${limits}`);
  return all && count > 0;
}
