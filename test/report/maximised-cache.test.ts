import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { activationMaximisation } from '../../src/explain/activation-maximisation';
import type { Network } from '../../src/explain/network/network';
import type { ResultEvent } from '../../src/explain/store/store';
import { cachedMaximise } from '../../src/report/maximised-cache';
import { seededNetwork } from '../support/networks';

const base = mkdtempSync(path.join(os.tmpdir(), 'whylight-maximised-'));
afterAll(() => rmSync(base, { recursive: true }));

const network = seededNetwork('tiny-resnet', 3, [40, 48, 3], 7);
const asked = { target: 1, steps: 3, seed: 4 };

let folder: string;
let events: ResultEvent[];
beforeEach(() => {
  folder = mkdtempSync(path.join(base, 'c-'));
  events = [];
});
const maximise = (options: Parameters<ReturnType<typeof cachedMaximise>>[1] = asked, of: Network = network) =>
  cachedMaximise({ folder, onResult: (event) => events.push(event) })(of, options);

test('a picture is made once, and found again as it was made', async () => {
  const made = await maximise();
  const found = await maximise();
  expect(events.map(({ how }) => how)).toEqual(['computed', 'cached']);
  expect(events[0]!.what).toBe(`activation maximisation of class 1 (${network.name})`);
  expect(found).toEqual(made);
  expect(found).toEqual(await activationMaximisation(network, asked));
});

test.each([
  ['target', { ...asked, target: 2 }, 'of class 2'],
  ['seed', { ...asked, seed: 5 }, 'of class 1'],
  ['number of steps', { ...asked, steps: 2 }, 'of class 1'],
  ['goal, a channel', { layer: 'conv1', channel: 1, steps: 3, seed: 4 }, 'of conv1, channel 1'],
  ['goal, a difference', { ...asked, target: { difference: [0, 2] as const } }, 'of class 0 − class 2'],
])('another %s is another picture', async (_, other, words) => {
  const made = await maximise();
  expect((await maximise(other)).image.pixels).not.toEqual(made.image.pixels);
  expect(events.map(({ how }) => how)).toEqual(['computed', 'computed']);
  expect(events[1]!.what).toContain(words);
});

test('other weights, and damage, make it anew', async () => {
  const made = await maximise();
  await maximise(asked, { ...network, weightsSha256: 'f'.repeat(64) });
  for (const entry of readdirSync(path.join(folder, 'maximised'))) {
    const file = path.join(folder, 'maximised', entry);
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(file, bytes);
  }
  expect(await maximise()).toEqual(made);
  expect(events.map(({ how }) => how)).toEqual(['computed', 'computed', 'recomputed']);
});
