import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadPhoto } from '../../../../src/explain/image/load-photo';
import { prepareInput } from '../../../../src/explain/image/prepare';
import { cam } from '../../../../src/explain/methods/cam';
import { forward } from '../../../../src/explain/network/executors/forward';
import { loadNetwork } from '../../../../src/explain/network/load-network';

interface Answers {
  readonly network: string;
  readonly best: readonly number[];
  readonly range: number;
  readonly everyTenth: readonly number[];
}

const golden: readonly Answers[] = JSON.parse(
  readFileSync(path.join(__dirname, '../../../golden/lite.json'), 'utf8'),
).networks;
const photo = path.join(__dirname, '../../../../notebooks/photos/chelsea.png');

/** Null where the Python package index cannot be reached; any other mistake is one. */
const network = (name: string) =>
  loadNetwork(name).catch((error: Error) => {
    if (/could not be downloaded/.test(error.message)) return null;
    throw error;
  });

test.for(golden)('$network answers a photo as its package does', async (answers, { skip }) => {
  const { network: name, best, range, everyTenth } = answers;
  const loaded = await network(name);
  if (loaded === null) return skip(`${name} cannot be downloaded`);
  const sample = await loadPhoto(photo);
  const logits = forward(loaded, prepareInput(sample, loaded.preprocessing).values);
  const furthest = Math.max(...everyTenth.map((value, i) => Math.abs(value - logits[10 * i]!)));
  expect(furthest / range).toBeLessThan(1e-4);
  expect([...logits.keys()].sort((a, b) => logits[b]! - logits[a]!).slice(0, 5)).toEqual(best);
  expect(loaded.classes[best[0]!]).toMatch(/\bcat$/);
});

test('its class activation map adds up to the logit', async ({ skip }) => {
  const lite = await network('efficientnet-lite0');
  if (lite === null) return skip('efficientnet-lite0 cannot be downloaded');
  const map = await cam(lite, await loadPhoto(photo));
  const values = map.coarse!.values;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const bias = lite.parameters.get('_fc.bias')!.values[map.target.index!]!;
  expect(mean + bias).toBeCloseTo(map.target.logit, 3);
});
