import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readStudy } from '../../src/report/study';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-study-'));
afterAll(() => rmSync(folder, { recursive: true }));

const good = `title: A title
authors: [Someone]
data: two drawn scenes
figures:
  - id: wolf
    kind: occlusion
    shows: A wolf
    photo: { scene: single, kind: wolf, background: snow, seed: 3 }
    network: scenes-fair
    occluders: [{ size: 10, stride: 5 }]
`;

function read(text: string, overrides: string[] = []) {
  const file = path.join(folder, 'mine.yaml');
  writeFileSync(file, text);
  return readStudy(file, overrides);
}

describe('readStudy', () => {
  it('reads the project’s own studies', () => {
    for (const name of ['scenes', 'photos']) expect(readStudy(name).figures.length, name).toBeGreaterThan(2);
  });

  it.each([
    ['an unknown study', () => readStudy('senes'), /no such study: senes \(allowed: scenes, photos, or a YAML file\)/],
    ['an unknown page', () => read(`${good}page: a5\n`), /^mine\.yaml: line 11: page: allowed: a4, letter$/],
    ['an unknown key', () => read(`${good}papper: a4\n`), /mine\.yaml: line 11: .*unknown key papper.*allowed: .*page/],
    [
      'an unknown background, deep inside',
      () => read(good.replace('snow', 'sand')),
      /mine\.yaml: line 8: figures\.0\.photo\.background: allowed: snow, forest, grass, room, white, flowers/,
    ],
    [
      'an unknown kind of scene',
      () => read(good.replace('single', 'tripple')),
      /line 8: .*photo\.scene: allowed: single, competing/,
    ],
    ['a missing seed', () => read(good.replace(', seed: 3', '')), /line 8: .*photo\.seed: missing/],
    ['a number that is no size', () => read(good.replace('size: 10', 'size: 0')), /line 10: .*occluders\.0\.size: .*1/],
    ['text that is no YAML', () => read(`${good}  - [`), /mine\.yaml: .*line 1[12]/],
    ['no title', () => read(good.replace('title: A title\n', '')), /mine\.yaml: line 1: title: missing/],
    [
      'an unknown kind of figure',
      () => read(good.replace('kind: occlusion', 'kind: occlusian')),
      /line 6: figures\.0\.kind: allowed: saliency, occlusion, cam/,
    ],
    [
      'an unknown key of a network’s name',
      () => read(`${good}networks: { ours: { crad: scenes-fair } }\n`),
      /line 11: networks\.ours.*(?:card: missing|unknown key crad \(allowed: card, called, about\))/,
    ],
    ['two of one name', () => read(good + good.slice(good.indexOf('  - id'))), /two .* called wolf/],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(message);
  });

  it('overrides values by their path', () => {
    const study = read(good, ['page=letter', 'figures.0.occluders.0.stride=4', 'authors=[A, B]']);
    expect(study.page).toBe('letter');
    expect(study.figures[0]).toMatchObject({ occluders: [{ size: 10, stride: 4 }] });
    expect(study.authors).toEqual(['A', 'B']);
  });

  it.each([
    ['page', /unusable --set: page \(allowed: key=value, as page=letter\)/],
    ['page=a5', /page: allowed: a4, letter \(from --set page=a5\)/],
    ['colour=red', /unknown key colour/],
    ['figures.7.id=x', /figures/],
  ])('refuses --set %s', (override, message) => {
    expect(() => read(good, [override])).toThrow(message);
  });
});
