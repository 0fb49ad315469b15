import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Classification } from '../../src/explain/classify';
import { backgroundEstimates } from '../../src/plots/background-estimates';
import { bestClassGrid } from '../../src/plots/best-class-grid';
import { classPanel } from '../../src/plots/class-panel';
import { detectionFigure } from '../../src/plots/detection-curves';
import { errorPanel } from '../../src/plots/error-panel';
import { estimatesFigure } from '../../src/plots/estimates';
import { featureGrid } from '../../src/plots/feature-grid';
import type { Figure } from '../../src/plots/figure';
import { flipPanel } from '../../src/plots/flip-panel';
import { ladderFigure } from '../../src/plots/ladder';
import { mapSlider } from '../../src/plots/map-slider';
import { maximisedPanel } from '../../src/plots/maximised-panel';
import { measureTable } from '../../src/plots/measure-table';
import { methodPanel } from '../../src/plots/method-panel';
import { occluderSlider } from '../../src/plots/occluder-slider';
import { occlusionGrid } from '../../src/plots/occlusion-grid';
import { occlusionRow } from '../../src/plots/occlusion-row';
import { overlay } from '../../src/plots/overlay';
import { photoFigure } from '../../src/plots/photo';
import { scoreBars } from '../../src/plots/score-bars';
import { whyPanel } from '../../src/plots/why-panel';
import { classTarget, gridOf, mapOf, spots } from '../support/attributions';
import { drawnPhoto } from '../support/pictures';
import { openPlotter, type Plotter } from '../support/plot-svg';

const [height, width] = [40, 64];
const map = mapOf(
  spots(height, width, [
    [8, 50, 3],
    [30, 10, -1],
  ]),
  height,
  width,
);
const rival = mapOf(spots(height, width, [[30, 10, 2]]), height, width, {
  target: classTarget('dog', 0, { probability: 0.125 }),
});
const probabilities = Float32Array.from({ length: 49 }, (_, i) => 0.9 - (i === 17 ? 0.8 : 0) + (i === 40 ? 0.05 : 0));
const occluded = mapOf(spots(height, width, [[15, 32, 0.8]]), height, width, {
  method: 'occlusion',
  grid: gridOf(probabilities, new Float32Array(49).fill(2)),
  options: { size: [10, 16], stride: [5, 8] },
});
const estimate = (value: number) => ({ value, low: value - 0.1, high: value + 0.2, count: 40 });
const ranked = (value: number, rank: number | null = null, low = rank, high = rank) => ({
  estimate: estimate(value),
  rank,
  low,
  high,
});
const classification = {
  classes: ['timber wolf, grey wolf', 'dog', 'fox'].map((label, index) => ({
    label,
    index,
    logit: 3 - index,
    probability: [0.875, 0.1, 0.025][index]!,
  })),
  photo: { source: 'wolf.jpg' },
  network: { title: 'Net' },
} as unknown as Classification;
const feature = (channel: number, y: number, x: number) => ({ channel, mean: 0.25, values: spots(4, 6, [[y, x, 6]]) });
const input = drawnPhoto(height, width, 1);

/** One of each kind, under the name of its function. */
const figures: Readonly<Record<string, Figure>> = {
  backgroundEstimates: backgroundEstimates([
    {
      title: 'Fair',
      accuracy: { fair: estimate(0.5), own: estimate(0.75), swapped: estimate(0.25) },
      worst: { accuracy: estimate(0.1) },
    },
  ]),
  bestClassGrid: bestClassGrid(
    mapOf(new Float32Array(40 * 64), 40, 64, {
      method: 'occlusion',
      grid: {
        ...gridOf(null, new Float32Array(49)),
        best: {
          classes: Array.from({ length: 49 }, (_, i) => (i % 5 === 0 ? 3 : 1)),
          probabilities: Array.from({ length: 49 }, () => 0.5),
          labels: { 1: 'wolf', 3: 'dog' },
        },
      },
    }),
  ),
  classPanel: classPanel([map, rival]),
  estimatesFigure: estimatesFigure(
    ['first', 'second'],
    ['one', 'two'].map((name) => ({ name, estimates: [estimate(0.5), estimate(0.25)] })),
    { quantity: 'share, %', scale: 100, alt: '', caption: '', baseline: { name: 'chance', value: 0.3 } },
  ),
  featureGrid: featureGrid({
    layer: 'layer1',
    height: 4,
    width: 6,
    of: 64,
    maps: [feature(9, 0, 0), feature(3, 3, 5)],
    input,
    photo: map.photo,
    network: map.network,
  }),
  detectionFigure: detectionFigure(
    ['Saliency map', 'Grad-CAM', 'RISE'].map((title, i) => ({
      title,
      falseAlarms: i === 2 ? null : { value: 0.05, low: 0, high: 0.2, count: 40 },
      points: [0.1, 0.5, 0.9].map((reliance) => ({
        reliance,
        hits: i === 1 && reliance > 0.6 ? null : estimate(reliance / 2),
      })),
    })),
    { caption: 'Three curves.' },
  ),
  flipPanel: flipPanel({
    subject: 'rex.jpg',
    network: 'Net',
    before: { label: 'dog', probability: 0.985 },
    own: input,
    other: drawnPhoto(height, width, 2),
    background: 'snow',
    after: { label: 'timber wolf, grey wolf', probability: 0.97 },
    change: {
      segments: 48,
      exchanged: 7,
      area: 0.25,
      answer: { label: 'timber wolf, grey wolf', probability: 0.51 },
      before: { difference: 4.2 },
      after: { difference: -0.04 },
    },
    changed: Uint8Array.from({ length: height * width }, (_, i) => Number(i % width < 32 && i < (height * width) / 2)),
  }),
  ladderFigure: ladderFigure(
    [0.5, 1].flatMap((bias) => [1, 2].map((seed) => ({ bias, seed, reliance: bias - seed / 10, worst: 1 - bias / 2 }))),
    { bodies: 100, trainingScenes: 2000 },
  ),
  mapSlider: mapSlider([map, rival]),
  maximisedPanel: maximisedPanel(
    [7, 2].map((last, channel) => ({
      image: drawnPhoto(20, 30, channel + 1),
      of: `layer1, channel ${channel}`,
      target: null,
      scores: [-0.5, 1, last],
      notes: [],
      seed: 3,
      options: { steps: 2, rate: 1, jitter: 4, blurEvery: 4 },
    })),
  ),
  measureTable: measureTable(
    {
      maps: [
        { title: 'Guided backpropagation', kind: 'method' },
        { title: 'Saliency map of another photo', kind: 'baseline' },
        { title: 'Truth with noise', kind: 'ceiling' },
      ],
      measures: [
        { title: 'Symmetric relevance gain', better: 'higher' },
        { title: 'Parameter randomisation', better: 'lower' },
        { title: 'Effective size', better: 'neither' },
      ],
      cells: [
        [ranked(0.42, 1, 1, 2), ranked(0.6, 1, 1, 1), ranked(0.3)],
        [ranked(-0.001, 2, 1.5, 2), { estimate: null, rank: null, low: null, high: null }, ranked(123.4)],
        [ranked(12.34), ranked(0.1), ranked(0)],
      ],
    },
    { caption: 'A table.' },
  ),
  errorPanel: errorPanel(
    mapOf(
      spots(height, width, [
        [8, 50, 3],
        [30, 10, -1],
      ]),
      height,
      width,
      { method: 'lime', title: 'LIME', errors: Float32Array.from(map.values, (_, i) => 0.1 + (i % width) / width) },
    ),
  ),
  methodPanel: methodPanel([map, occluded]),
  occluderSlider: occluderSlider(occluded, { most: 3 }),
  occlusionGrid: occlusionGrid(occluded),
  occlusionRow: occlusionRow([occluded, occluded]),
  overlay: overlay(map),
  photoFigure: photoFigure(input, { alt: '', caption: '' }),
  scoreBars: scoreBars(classification),
  whyPanel: whyPanel({
    maps: [map, occluded],
    passes: [true, false],
    region: {
      image: input,
      words: 'Covered: dog',
      spoken: 'With the outlined square of 20×20 px covered, the answer is dog with 61.0 %.',
      outline: [
        { from: [10, 5], to: [30, 5] },
        { from: [10, 25], to: [30, 25] },
        { from: [10, 5], to: [10, 25] },
        { from: [30, 5], to: [30, 25] },
      ],
    },
    curves: [
      { name: 'class activation map', shares: [0, 0.1, 0.2], scores: [2, 0.5, -1] },
      { name: 'occlusion sensitivity', shares: [0, 0.1, 0.2], scores: [2, 1.5, 1.25] },
    ],
    band: { shares: [0, 0.1, 0.2], low: [2, 1, 0.5], high: [2, 2.25, 2.5] },
    score: 'lead of timber wolf, logits',
  }),
};

let plotter: Plotter;
beforeAll(async () => {
  plotter = await openPlotter();
});
afterAll(() => plotter.close());

test.each(Object.entries(figures))('%s looks as it did', async (name, figure) => {
  await expect(await plotter.svg(figure)).toMatchFileSnapshot(`drawn/${name}.svg`);
});

test('every function that makes a figure is drawn here', () => {
  const folder = path.resolve(__dirname, '../../src/plots');
  const making = readdirSync(folder).flatMap((file) =>
    [
      ...readFileSync(path.join(folder, file), 'utf8').matchAll(
        /^export function (\w+)\((?:(?!^})[\s\S])*?\): Figure \{$/gm,
      ),
    ].map(([, name]) => name),
  );
  expect(making.sort()).toEqual(Object.keys(figures).sort());
});
