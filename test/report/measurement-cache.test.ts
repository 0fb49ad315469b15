import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { identityOf } from '../../src/explain/store/key';
import type { ResultEvent } from '../../src/explain/store/store';
import { cachedMeasure, type Measurement, measurementKey } from '../../src/report/measurement-cache';
import { seededNetwork } from '../support/networks';

const base = mkdtempSync(path.join(os.tmpdir(), 'whylight-measured-'));
afterAll(() => rmSync(base, { recursive: true }));

const network = seededNetwork('tiny-resnet', 2, [32, 32, 3], 7);
const measurement: Measurement = {
  name: 'C4',
  detail: 'on 8 scenes',
  networks: [network],
  options: { scenes: 8, seed: 1 },
};

let folder: string;
let events: ResultEvent[];
let computed: number;
beforeEach(() => {
  folder = mkdtempSync(path.join(base, 'c-'));
  events = [];
  computed = 0;
});
const measure = (where: string | null, of = measurement) =>
  cachedMeasure({ folder: where, onResult: (event) => events.push(event) })(of, async () => ({
    value: 0.1 + 0.2,
    count: ++computed,
    nothing: undefined,
  }));
const entries = () => readdirSync(path.join(folder, 'measurements'));
const how = () => events.map((event) => event.how);

describe('cachedMeasure', () => {
  it('measures once, and gives the same value computed and cached', async () => {
    const first = await measure(folder);
    const second = await measure(folder);
    expect(how()).toEqual(['computed', 'cached']);
    expect(events[0]!.what).toBe(`C4 on 8 scenes (${network.name})`);
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
    expect(Object.keys(first)).toEqual(['value', 'count']);
    expect(second.value).toBe(0.1 + 0.2);
  });

  it.each([
    ['changed', (bytes: Buffer) => Buffer.from(bytes).fill(9, bytes.indexOf('count') + 6)],
    ['cut short', (bytes: Buffer) => bytes.subarray(0, -3)],
    ['emptied', () => Buffer.alloc(0)],
  ])('measures again where the entry was %s, and says so', async (_, damage) => {
    await measure(folder);
    const file = path.join(folder, 'measurements', entries()[0]!);
    writeFileSync(file, damage(readFileSync(file)));
    expect((await measure(folder)).count).toBe(2);
    await measure(folder);
    expect(how()).toEqual(['computed', 'recomputed', 'cached']);
  });

  it('keeps what was measured before it was stopped', async () => {
    await measure(folder);
    const other = { ...measurement, name: 'C5' };
    const stopped = cachedMeasure({ folder })(other, async () => {
      throw new Error('stopped');
    });
    await expect(stopped).rejects.toThrow('stopped');
    await measure(folder);
    await measure(folder, other);
    expect(how()).toEqual(['computed', 'cached', 'computed']);
  });

  it('neither reads nor writes without a folder', async () => {
    await measure(folder);
    const before = entries();
    expect((await measure(null)).count).toBe(2);
    expect(entries()).toEqual(before);
  });
});

describe('measurementKey', () => {
  it.each([
    ['name', { ...measurement, name: 'C5' }],
    ['number of scenes', { ...measurement, options: { scenes: 9, seed: 1 } }],
    ['seed', { ...measurement, options: { scenes: 8, seed: 2 } }],
    ['weights', { ...measurement, networks: [{ ...network, weightsSha256: 'f'.repeat(64) }] }],
    ['network', { ...measurement, networks: [network, network] }],
    ['part of the code', { ...measurement, code: ['explain'] }],
  ])('differs with another %s', (_, other) => {
    expect(identityOf(measurementKey(other))).not.toBe(identityOf(measurementKey(measurement)));
  });
});
