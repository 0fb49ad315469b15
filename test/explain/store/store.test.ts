import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Parameter } from '../../../src/explain/network/network';
import { readEntry, writeEntry } from '../../../src/explain/store/entry-file';
import { isWhole, storedFiles } from '../../../src/explain/store/inventory';
import { type EntryKey, identityOf } from '../../../src/explain/store/key';
import { networkIdentity } from '../../../src/explain/store/network-identity';
import { placeOf, storedResult } from '../../../src/explain/store/store';
import { project } from '../../support/command';
import { seededNetwork } from '../../support/networks';

const home = mkdtempSync(path.join(os.tmpdir(), 'whylight-store-'));
const at = (...parts: string[]) => path.join(home, ...parts);
afterAll(() => rmSync(home, { recursive: true }));

const key: EntryKey = { kind: 'maps', parts: { a: 1 } };

test('a key is told from every other, but not by the order of its names or by what is undefined', () => {
  const of = (parts: unknown, more: Partial<EntryKey> = {}) => identityOf({ kind: 'maps', parts, ...more });
  const same = [
    { a: 1, b: [2, { c: 3, d: null }] },
    { b: [2, { d: null, c: 3 }], e: undefined, a: 1 },
  ];
  expect(new Set(same.map((parts) => of(parts))).size).toBe(1);
  const others = [
    ...[1, '1', -0, 0, null, Number.NaN, 'NaN', '-0', Number.POSITIVE_INFINITY, true, [1], [[1]], {}, { a: 1 }],
    ...[{ a: '1' }, { a: null }, { a: [1] }, { b: 1 }, [1, 2], [2, 1]],
  ].map((parts) => of(parts));
  others.push(of(1, { kind: 'features' }), of(1, { code: ['scenes'] }), of(1, { code: ['explain', 'scenes'] }));
  expect(new Set(others).size).toBe(others.length);
});

test('what JSON cannot tell apart is no part of a key', () => {
  for (const part of [new Map(), new Float32Array(2), () => 1]) {
    expect(() => identityOf({ kind: 'maps', parts: { options: part } })).toThrow(/options is \[object .*cannot hold/);
  }
});

test('a network is told from every other by its values, not by their hash alone', () => {
  const network = seededNetwork('tiny-resnet', 3, [32, 40, 3], 7);
  const [[name, { shape, values }], ...rest] = [...network.parameters] as [[string, Parameter]];
  const changed = (at: number) => values.map((value, i) => (i === at ? value + 1e-3 : value));
  const others = [
    { ...network, parameters: new Map([[name, { shape, values: changed(values.length - 1) }], ...rest]) },
    { ...network, parameters: new Map([...rest, [name, { shape, values }]]) },
    { ...network, weightsSha256: 'f'.repeat(64) },
    { ...network, camNode: null },
    { ...network, graph: network.graph.slice(0, -1) },
    { ...network, preprocessing: { ...network.preprocessing, resize: 99 } },
    { ...network, classes: [...network.classes].reverse() },
    network,
  ].map((one) => identityOf({ kind: 'maps', parts: networkIdentity(one) }));
  expect(new Set(others).size).toBe(others.length);
});

test('values come back without loss', () => {
  const place = placeOf(at('values'), key);
  const value = {
    floats: new Float32Array([1.1, Number.NaN, -0, Number.POSITIVE_INFINITY]),
    window: new Float32Array([1, 2, 3, 4]).subarray(1, 3),
    bytes: new Uint8Array([1, 2, 3]),
    map: new Map([['a', [null, undefined, 'wölf']]]),
  };
  writeEntry(place, value);
  expect(readEntry(place)).toEqual({ state: 'whole', value });
});

test('files of earlier versions are ignored, counted, and found for removal; those of others are not', async () => {
  const [folder, hex] = [at('old'), 'ab'.repeat(32)];
  const { file } = placeOf(folder, key);
  const old = ['.npy', '.json', '.input.png', '.sha256', '.measured', '.scores'].map((ending) => `${hex}${ending}`);
  mkdirSync(path.dirname(file), { recursive: true });
  for (const name of [...old, 'notes.txt', '0123456789ab.part']) writeFileSync(at('old', 'maps', name), 'old');
  const events: string[] = [];
  const result = () =>
    storedResult({ folder, onResult: ({ how }) => events.push(how) }, 'a', key, async () => new Uint8Array([1]));
  await result();
  expect(await result()).toEqual(new Uint8Array([1]));
  expect(events).toEqual(['computed', 'cached']);
  const files = storedFiles(folder);
  expect(files.filter(({ isEntry }) => !isEntry).map((one) => path.basename(one.file))).toEqual([...old].sort());
  expect(files.filter(({ isEntry }) => isEntry).map((one) => one.file)).toEqual([file]);
  expect(isWhole(file)).toBe(true);
});

test('a folder that cannot be written to is an error before anything is computed', async () => {
  writeFileSync(at('file'), '');
  const nowhere = [at('file'), ...(existsSync('/proc/self') ? ['/proc/whylight'] : [])];
  for (const folder of nowhere) {
    const compute = () => Promise.reject(new Error('computed'));
    await expect(storedResult({ folder }, 'a', key, compute)).rejects.toThrow(/cannot write to the folder/);
  }
});

test('processes that write one key at once, some of them killed, leave one whole entry', async () => {
  const folder = at('many', 'maps');
  mkdirSync(folder, { recursive: true });
  const place = { file: path.join(folder, `${'cd'.repeat(32)}.entry`), identity: 'cd'.repeat(32) };
  const script = `const { writeEntry } = require(${JSON.stringify(path.join(project, 'dist/explain/store/entry-file.js'))});
    const [place, seed] = JSON.parse(process.argv[1]);
    for (let i = 0; i < 60; i++) writeEntry(place, new Float32Array(50_000).fill(seed));`;
  const writer = (seed: number) => {
    const child = spawn(process.execPath, ['-e', script, JSON.stringify([place, seed])], { stdio: 'inherit' });
    return { child, ended: new Promise((resolve) => child.once('close', resolve)) };
  };
  const writers = [1, 2, 3, 4].map(writer);
  let running = true;
  const all = Promise.all(writers.map(({ ended }) => ended)).then(() => {
    running = false;
  });
  const states = new Set<string>();
  let seen = 0;
  while (running) {
    const { state } = readEntry(place);
    states.add(state);
    if (state === 'whole' && ++seen === 5) for (const { child } of writers.slice(2)) child.kill('SIGKILL');
    await new Promise((resolve) => setImmediate(resolve));
  }
  await all;
  expect(states.has('whole')).toBe(true);
  states.delete('absent');
  expect([...states]).toEqual(['whole']);
  const entry = readEntry<Float32Array>(place);
  expect(entry.state === 'whole' && new Set(entry.value).size).toBe(1);
  expect(readdirSync(folder).filter((name) => name.endsWith('.entry'))).toHaveLength(1);
});
