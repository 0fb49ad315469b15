#!/usr/bin/env node
// Peak memory of the two heaviest things a person does, each in a process of its own:
//   node bench/memory.mjs            exit code 1 where a limit is exceeded
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { findMirror, inProject, root } from '../scripts/setup/tools.mjs';

const require = createRequire(import.meta.url);
const built = (file) => inProject('dist', file);

/** Runs Node and returns the most memory it held, in MB: the kernel's own high-water mark, read as it exits. */
function peakOf(args, folder) {
  const mark = path.join(folder, 'peak');
  const hook = path.join(folder, 'hook.cjs');
  writeFileSync(
    hook,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(mark)},
      require('node:fs').readFileSync('/proc/self/status')));`,
  );
  const started = performance.now();
  const done = spawnSync(process.execPath, ['--require', hook, ...args], { encoding: 'utf8', cwd: root });
  const seconds = (performance.now() - started) / 1000;
  if (done.status !== 0) throw new Error(`${args.join(' ')} failed:\n${done.stdout}${done.stderr}`);
  const peak = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(mark, 'utf8'))?.[1]) / 1000;
  return { peak, seconds };
}

/** A photo as a large camera takes it: gradients with noise, so that the JPEG is as large as a real one. */
function largePhoto(folder) {
  const file = path.join(folder, 'photo-24-megapixels.jpg');
  const script = `
    const [width, height] = [6000, 4000];
    const pixels = Buffer.alloc(width * height * 3);
    let state = 1;
    for (let i = 0; i < pixels.length; i++) {
      state ^= state << 13; state ^= state >>> 17; state ^= state << 5;
      pixels[i] = (((i / 3) % width) / width) * 200 + (state >>> 27);
    }
    require(${JSON.stringify(require.resolve('sharp'))})(pixels, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 90 }).toFile(${JSON.stringify(file)});`;
  const done = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(done.stderr);
  return file;
}

const occlusionScript = `
  const { buildArchitecture } = require(${JSON.stringify(built('explain/network/architectures/index.js'))});
  const { randomParameters } = require(${JSON.stringify(built('explain/network/random-parameters.js'))});
  const { occlusion } = require(${JSON.stringify(built('explain/methods/occlusion.js'))});
  const inputShape = [224, 224, 3];
  const { graph, camNode } = buildArchitecture('resnet50', 1000, inputShape);
  const network = {
    name: 'resnet50-random', title: 'ResNet-50', architecture: 'resnet50', graph, camNode, inputShape,
    parameters: randomParameters(graph, inputShape, 1), output: 'softmax', weightsSha256: '',
    preprocessing: { resize: null, crop: [224, 224], mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
    classes: Array.from({ length: 1000 }, (_, i) => String(i)),
  };
  const pixels = Uint8Array.from({ length: 224 * 224 * 3 }, (_, i) => (i * 7919) % 256);
  occlusion(network, { pixels, width: 224, height: 224, sha256: '', source: 'drawn' }, { size: 10, stride: 5 })
    .then(({ grid }) => process.stdout.write(String(grid.logits.length)));`;

const mirror = findMirror();
const network = mirror === null ? ['scenes-fair'] : ['squeezenet1_0-deep-compression', '--mirror', mirror];
const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-memory-'));
try {
  const explain = [
    built('cli/main.js'),
    'explain',
    largePhoto(folder),
    '--network',
    ...network,
    '--out',
    path.join(folder, 'out'),
  ];
  /** @type {[string, number, string[]][]} */
  const cases = [
    [`explain, 24 megapixels, ${network[0]}, saliency, occlusion and cam`, 1500, explain],
    [
      'ResNet-50 with random weights, occluder 10 px at stride 5 on 224 px (1,936 positions)',
      2000,
      ['-e', occlusionScript],
    ],
  ];
  for (const [what, limit, args] of cases) {
    const { peak, seconds } = peakOf(args, folder);
    const fits = peak <= limit;
    if (!fits) process.exitCode = 1;
    console.log(
      `${what}: peak ${peak.toFixed(0)} MB, ${seconds.toFixed(0)} s (limit ${limit} MB${fits ? '' : ', exceeded'})`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
