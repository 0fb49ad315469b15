/**
 * Writes networks/scenes-colours.{yaml,safetensors}: a network whose weights are set by hand, so that what it looks at is
 * proven (docs/provable.md). Run after `npm run build`: node scripts/provable-network.mjs
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeSafetensors } from '../dist/explain/network/weights/safetensors.js';

const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../networks');

/** A colour's excess over the mean of the two others, less a threshold: green, blue, red. */
const detectors = [
  { colours: [-1 / 2, 1, -1 / 2], threshold: 1 / 32 },
  { colours: [-1 / 2, -1 / 2, 1], threshold: 1 / 64 },
  { colours: [1, -1 / 2, -1 / 2], threshold: 1 / 2 },
];
/** What each detector's mean adds to the logits of dog and wolf. */
const head = { dog: [16, 0, 16], wolf: [0, 64, 0] };

const parameter = (shape, values) => ({ shape, values: Float32Array.from(values) });
const bytes = encodeSafetensors(
  new Map([
    [
      'conv1.weight',
      parameter(
        [3, 3, 1, 1],
        detectors.flatMap(({ colours }) => colours),
      ),
    ],
    [
      'conv1.bias',
      parameter(
        [3],
        detectors.map(({ threshold }) => -threshold),
      ),
    ],
    ['fc.weight', parameter([2, 3], [...head.dog, ...head.wolf])],
    ['fc.bias', parameter([2], [0, 0])],
  ]),
);
writeFileSync(path.join(folder, 'scenes-colours.safetensors'), bytes);
writeFileSync(
  path.join(folder, 'scenes-colours.yaml'),
  `title: Dog or wolf by colours alone (weights set by hand)
architecture: pixel-colours
weights:
  file: scenes-colours.safetensors
  sha256: ${createHash('sha256').update(bytes).digest('hex')}
  url: null
preprocessing:
  resize: 128
  crop: [128, 128]
  scale: 0-1
output: softmax
classes: [dog, wolf]
source: weights set by hand by scripts/provable-network.mjs, trained on nothing
`,
);
