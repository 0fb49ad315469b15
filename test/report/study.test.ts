import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
    [
      'an unknown page',
      () => read(`${good}page: a5\n`),
      /^mine\.yaml: line 11: page a5: not known \(allowed: a4, letter\)$/,
    ],
    ['an unknown key', () => read(`${good}papper: a4\n`), /mine\.yaml: line 11: .*unknown key papper.*allowed: .*page/],
    [
      'an unknown background, deep inside',
      () => read(good.replace('snow', 'sand')),
      /mine\.yaml: line 8: figures\.0\.photo\.background \w+: not known \(allowed: snow, forest, grass, room, white, flowers/,
    ],
    [
      'an unknown kind of scene',
      () => read(good.replace('single', 'tripple')),
      /line 8: .*photo\.scene \w+: not known \(allowed: single, competing/,
    ],
    ['a missing seed', () => read(good.replace(', seed: 3', '')), /line 8: .*photo\.seed: missing/],
    [
      'a number that is no size',
      () => read(good.replace('size: 10', 'size: 0')),
      /line 10: figures\.0\.occluders\.0\.size 0: unusable \(allowed: .*numbers from 1/,
    ],
    ['text that is no YAML', () => read(`${good}  - [`), /mine\.yaml: .*line 1[12]/],
    ['an empty file', () => read(''), /^mine\.yaml: line 1: /],
    ['no title', () => read(good.replace('title: A title\n', '')), /mine\.yaml: line 1: title: missing/],
    [
      'an unknown kind of figure',
      () => read(good.replace('kind: occlusion', 'kind: occlusian')),
      /line 6: figures\.0\.kind \w+: not known \(allowed: saliency, occlusion, cam/,
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

  describe('extends another study', () => {
    const extend = (text: string, overrides: string[] = []) => read(`extends: base.yaml\n${text}`, overrides);
    const base = `${good}photos: { one: one.jpg, two: two.jpg }
claims: { network: scenes-fair, scenes: 4, seed: 1, photos: { network: scenes-fair, files: [one, two, three.jpg] } }
`;
    beforeAll(() => writeFileSync(path.join(folder, 'base.yaml'), base));

    it('takes over what it has not itself, by name and by a figure’s id', () => {
      const more = `photos: { two: 2.jpg }
claims: { seed: 2 }
figures:
  - { id: wolf, photo: { file: two } }
  - { id: dog, kind: saliency, shows: A dog, photo: { file: one }, network: scenes-fair }
`;
      const study = extend(`title: Mine\n${more}`);
      expect(study).toMatchObject({ title: 'Mine', authors: ['Someone'], claims: { scenes: 4, seed: 2 } });
      expect(study.figures.map(({ id, photo }) => [id, photo])).toEqual([
        ['wolf', { file: '2.jpg' }],
        ['dog', { file: 'one.jpg' }],
      ]);
      expect(study.claims).toMatchObject({ photos: { files: ['one.jpg', '2.jpg', 'three.jpg'] } });
      expect(extend(more, ['photos.two=another.jpg']).figures[0]!.photo).toEqual({ file: 'another.jpg' });
      expect(extend('claims: null\n').claims).toBeUndefined();
      expect(extend('claims: { photos: null }\n').claims).toMatchObject({ scenes: 4 });
      expect(read('extends: photos\ntitle: My animals\n').figures).toEqual(readStudy('photos').figures);
    });

    it.each([
      [
        'a mistake of its own',
        'title: x\npage: a5\n',
        /^mine\.yaml: line 3: page a5: not known \(allowed: a4, letter\)$/,
      ],
      [
        'a mistake in a figure of both',
        'figures:\n  - { id: wolf,\n      occluders: [{ size: 0, stride: 1 }] }\n',
        /^mine\.yaml: line 4: figures\.0\.occluders\.0\.size/,
      ],
      [
        'a mistake in what it extends',
        'claims: { scenes: 1, seed: 1 }',
        /^mine\.yaml: line 2: claims\.scenes 1: unusable \(allowed: whole numbers from 4 to 1000\)$/,
      ],
      ['two figures of one id', 'figures: [{ id: wolf }, { id: wolf }]', /^mine\.yaml: line 2: figures\.1/],
      ['an unknown key', 'extend: photos', /line 2: study: unknown key extend \(allowed: extends, title/],
    ])('tells %s where it stands', (_, text, message) => {
      expect(() => extend(text)).toThrow(message);
    });

    it('names the line where the base is wrong', () => {
      writeFileSync(path.join(folder, 'broken.yaml'), base.replace('size: 10', 'size: 0'));
      expect(() => read('extends: broken.yaml\ntitle: x\n')).toThrow(/^broken\.yaml: line 10: figures\.0\.occluders/);
    });

    it('refuses what it cannot extend', () => {
      expect(() => read('title: x\nextends: wolves\n')).toThrow(
        /^mine\.yaml: line 2: extends: no such study: wolves \(allowed: scenes, photos, or a YAML file\)$/,
      );
      expect(() => read('extends: [photos]\n')).toThrow(/^mine\.yaml: line 1: extends: allowed: scenes, photos, or/);
      expect(() => read('extends: mine.yaml\n')).toThrow(
        /mine\.yaml: line 1: extends: .*mine\.yaml extends mine\.yaml/,
      );
      expect(() => extend('', ['extends=photos'])).toThrow(/unusable --set: extends=photos \(only a study’s file/);
    });
  });

  describe('says nothing of a network that was said of another', () => {
    const named = `${good}networks: { ours: { card: scenes-fair, called: the fair one, about: trained here }, plain: { card: resnet18 } }\n`;
    const replaced = (...overrides: string[]) => {
      const notes: string[] = [];
      writeFileSync(path.join(folder, 'mine.yaml'), named);
      const study = readStudy(path.join(folder, 'mine.yaml'), overrides, (note) => notes.push(note));
      return { ...study.networks.ours, notes };
    };

    it('drops it with the card, and tells', () => {
      expect(replaced('networks.ours.card=mine')).toEqual({
        card: 'mine',
        notes: [
          'networks.ours: mine in the place of scenes-fair, of which the study says called and about: dropped ' +
            '(to say it of mine: --set networks.ours.called=… --set networks.ours.about=…)',
        ],
      });
    });

    it('keeps what is said anew, whatever the order', () => {
      const { notes, ...ours } = replaced('networks.ours.about=made by me', 'networks.ours.card=mine');
      expect(ours).toEqual({ card: 'mine', about: 'made by me' });
      expect(notes).toEqual([expect.stringMatching(/of which the study says called: dropped/)]);
      const whole = replaced('networks.ours={ card: mine, called: my network }');
      expect(whole).toEqual({ card: 'mine', called: 'my network', notes: [] });
      const all = replaced('networks={ ours: { card: mine, called: my network } }');
      expect(all).toEqual({ card: 'mine', called: 'my network', notes: [] });
    });

    it('keeps all where the card stays, and has nothing to tell where nothing was said', () => {
      expect(replaced('networks.ours.card=scenes-fair', 'networks.plain.card=resnet50')).toEqual({
        card: 'scenes-fair',
        called: 'the fair one',
        about: 'trained here',
        notes: [],
      });
    });
  });

  it('overrides values by their path', () => {
    const study = read(good, ['page=letter', 'figures.0.occluders.0.stride=4', 'authors=[A, B]']);
    expect(study.page).toBe('letter');
    expect(study.figures[0]).toMatchObject({ occluders: [{ size: 10, stride: 4 }] });
    expect(study.authors).toEqual(['A', 'B']);
  });

  it.each([
    ['page', /unusable --set: page \(allowed: key=value, as page=letter\)/],
    ['page=a5', /page a5: not known \(allowed: a4, letter\) \(from --set page=a5\)/],
    ['colour=red', /unknown key colour/],
    ['figures.7.id=x', /figures/],
  ])('refuses --set %s', (override, message) => {
    expect(() => read(good, [override])).toThrow(message);
  });
});
