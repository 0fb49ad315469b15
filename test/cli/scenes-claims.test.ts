import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeClaimScenes } from '../../src/cli/scenes-claims';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-claim-scenes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const studyOf = (name: string, claims: string) => {
  const file = path.join(folder, `${name}.yaml`);
  const figure =
    '{ id: dog, kind: saliency, shows: a dog, photo: { scene: single, kind: dog, seed: 3 }, network: net }';
  const networks = '{ net: { card: scenes-fair }, biased: { card: scenes-biased }, all: { card: scenes-animals } }';
  const head = `title: Few\nauthors: [Nobody]\ndata: scenes\nnetworks: ${networks}\nfigures: [${figure}]\n`;
  writeFileSync(file, `${head}${claims}`);
  return file;
};
const few =
  '{ network: net, scenes: 4, seed: 2, background: { networks: [net, biased, all], scenes: 8 }, only: [C2, C3, C5] }';

it('writes a folder for each stream of scenes, and an index of what serves which claim', async () => {
  const out = path.join(folder, 'few');
  await writeClaimScenes({ claims: studyOf('few', `claims: ${few}\n`), out }, ['claims', 'out']);
  const index = JSON.parse(readFileSync(path.join(out, 'index.json'), 'utf8'));
  expect(index.folders).toEqual([
    { folder: 'single-dog-wolf', claims: ['C2'], scenes: 8 },
    { folder: 'single-ant-bee-dog-wolf', claims: ['C2'], scenes: 8 },
    { folder: 'rivals', claims: ['C3'], scenes: 4 },
    { folder: 'instances', claims: ['C5'], scenes: 12 },
  ]);
  expect(index.measured[0]).toEqual({ id: 'C2', networks: ['net', 'biased', 'all'] });
  expect(index.networks).toEqual({ net: 'scenes-fair', biased: 'scenes-biased', all: 'scenes-animals' });
  expect(index.claims).toMatchObject({ scenes: 4, seed: 2 });
  expect(readdirSync(out).sort()).toEqual(
    [...index.folders.map((one: { folder: string }) => one.folder), 'index.json'].sort(),
  );
  const changes = (name: string) =>
    readFileSync(path.join(out, name, 'counterfactuals.csv'), 'utf8')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')[2]);
  expect(changes('rivals')).toEqual(new Array(8).fill('without-object'));
  expect(changes('single-dog-wolf')).toEqual(new Array(40).fill('background'));
});

it('refuses other options, a study without claims and a folder that holds something', async () => {
  const file = studyOf('refused', `claims: ${few}\n`);
  await expect(writeClaimScenes({ claims: file, out: path.join(folder, 'x') }, ['claims', 'seed'])).rejects.toThrow(
    '--seed and --claims: one of them, the study says all of its scenes',
  );
  await expect(writeClaimScenes({ claims: file, out: folder }, [])).rejects.toThrow('is not empty');
  const none = studyOf('none', '');
  await expect(writeClaimScenes({ claims: none, out: path.join(folder, 'x') }, [])).rejects.toThrow('has no claims');
  expect(readdirSync(folder)).not.toContain('x');
});
