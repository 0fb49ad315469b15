import { expect, test } from 'vitest';
import { baselineMaps } from '../../src/analyses/baseline-maps';
import { evaluate } from '../../src/analyses/evaluate';
import { evaluationFindings } from '../../src/analyses/evaluation-findings';
import type { EvaluationPhoto } from '../../src/analyses/evaluation-photo';
import { measurePicture } from '../../src/analyses/evaluation-pictures';
import { presets } from '../../src/analyses/evaluation-presets';
import { summarise } from '../../src/analyses/evaluation-summary';
import { evaluationText } from '../../src/cli/evaluation-text';
import { findMeasure } from '../../src/explain/measures';
import { findMethod } from '../../src/explain/methods';
import type { Architecture } from '../../src/explain/network/architectures/architecture';
import { GraphBuilder } from '../../src/explain/network/graph-builder';
import { seededNetwork } from '../support/networks';
import { drawnPhoto } from '../support/pictures';
import { passingTensors } from '../support/tensors';

const side = 16;

/** A convolution, a ReLU, a pooled head. */
const small: Architecture = (outputs) => {
  const builder = new GraphBuilder();
  const map = builder.relu('relu', builder.convolution('conv', 'input', 4, { kernel: 3, padding: 1, bias: true }));
  builder.pooledHead(map, outputs);
  return { graph: builder.graph, camNode: map };
};
const networkOf = (seed: number) => ({ ...seededNetwork(small, 2, [side, side, 3], seed), classes: ['dog', 'wolf'] });

const box = (left: number, top: number, size: number) =>
  Uint8Array.from({ length: side * side }, (_, at) =>
    Number(at % side >= left && at % side < left + size && Math.floor(at / side) >= top && at / side < top + size),
  );

/** A photo of a thing in a box, whose worths were made up, as drawing again would tell them. */
const photoOf = (i: number): EvaluationPhoto => {
  const animal = box(2 + i, 3, 8);
  return {
    name: `photo-${i}`,
    photo: drawnPhoto(side, side, i + 1),
    label: 'dog',
    classes: () => [0],
    mask: () => animal,
    things: async () => [
      { name: 'dog', of: null, mask: animal, worth: 2 },
      { name: 'head', of: 'dog', mask: box(2 + i, 3, 3), worth: 0.5 },
      { name: 'ball', of: null, mask: box(12, 12, 3), worth: -0.3 },
      { name: 'background', of: null, mask: animal.map((value) => 1 - value), worth: 0.4 },
    ],
    key: ['made up', i],
  };
};

test('the thorough preset says something by every method and measure, and all of it can be written', async () => {
  const preset = presets.thorough();
  const network = networkOf(4);
  const methods = preset.methods.map((name) => ({ method: findMethod(name), options: preset.options[name] ?? {} }));
  const measures = preset.measures.map((name) => ({ measure: findMeasure(name), options: preset.options[name] ?? {} }));
  const before = passingTensors();
  const evaluation = await evaluate([network], [photoOf(0), photoOf(1)], {
    methods,
    measures,
    others: baselineMaps(methods),
    twins: new Map([[network.name, { ...networkOf(5), name: 'twin' }]]),
  });
  expect(passingTensors()).toBe(before);
  // Maps that no method made cannot be made again.
  const alone = measures.filter(({ measure }) => !measure.needs.includes('remake')).length;
  const others = evaluation.maps.length - methods.length;
  expect(evaluation.rows).toHaveLength(2 * (methods.length * measures.length + others * alone));
  for (const row of evaluation.rows) {
    expect(row.value === null ? row.notes?.length : Number.isFinite(row.value), JSON.stringify(row)).toBeTruthy();
  }
  const table = summarise(evaluation, 'all');
  const silent = measures.filter(({ measure }) =>
    evaluation.rows.every((row) => row.measure !== measure.name || row.value === null),
  );
  expect(silent.map(({ measure }) => measure.name)).toEqual([]);
  const mute = methods.filter(({ method }) =>
    evaluation.rows.every((row) => row.map !== method.name || row.value === null),
  );
  expect(mute.map(({ method }) => method.name)).toEqual([]);
  const findings = evaluationFindings(table);
  const part = { kind: network.name, tables: [table], findings, compared: [] };
  const text = evaluationText({ evaluation, detection: null, parts: [part], detected: [] }, []);
  // Two photos limit no mean of a measure without bounds.
  expect(text).toContain('(no interval)');
  expect(text).not.toMatch(/undefined|NaN|Infinity|\[object/);
  for (const { method } of methods) expect(text).toContain(method.name);
  const picture = measurePicture(table, { width: 240 + 92 * measures.length });
  expect(JSON.stringify(picture)).not.toMatch(/NaN|undefined|Infinity/);
  expect(picture.caption).toContain('2 photos');
});
