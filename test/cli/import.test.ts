import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawScene } from '../../src/scenes/scene';
import { onWhite } from '../../src/scenes/study-scenes';
import { project, whylight } from '../support/command';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-import-'));
const file = (name: string) => path.join(folder, name);
/** The weights of a network of this project, without its card, under a name that tells nothing. */
const weights = file('download');
const photo = file('dog.png');

beforeAll(async () => {
  copyFileSync(path.join(project, 'networks', 'scenes-animals.safetensors'), weights);
  const { pixels, width, height } = drawScene(onWhite('dog', { seed: 5, width: 192, height: 128 })).image;
  await sharp(pixels, { raw: { width, height, channels: 3 } }).toFile(photo);
});
afterAll(() => rmSync(folder, { recursive: true }));

const here = (...args: string[]) => whylight(args, { cwd: folder });

describe('a network’s file', () => {
  it('gets a card that marks what was assumed, and is tried on a photo', async () => {
    const done = await here('import', weights, '--size', '128', '--labels', 'ant,bee,dog,wolf', '--photo', photo);
    expect(done.err).toBe('');
    expect(done.code).toBe(0);
    expect(done.out).toMatch(/note +its weights fit tiny-resnet/);
    expect(done.out).toMatch(/ASSUMED +its pixels are scaled as torchvision usually does/);
    expect(done.out).toMatch(/wrote networks\/download\.yaml\n\n.*dog\.png\n +\d+\.\d\d % +\w+ +logit/);
    const card = readFileSync(file('networks/download.yaml'), 'utf8');
    expect(card).toContain('\n  file: ../download\n  sha256: ');
    expect(card).toContain(
      '\n  # ASSUMED: its channels are taken for red, green, blue in this order\n  channels: rgb\n',
    );
    expect(card).toContain('\n  scale: imagenet\n');
    expect(card).not.toMatch(/[&*]a1/);
    // By its name, as any other card of this folder, without a word on what is in the card.
    const shown = await here('networks', 'download');
    expect(shown.out).toMatch(/gives +one of 4 classes \(softmax\): ant, bee, dog, wolf\n +methods +saliency, /);
    expect(shown.out).toMatch(/\n {2}layer3\.0\.conv1 +3×3 convolution/);
    const again = await here('import', weights);
    expect([again.code, again.err]).toEqual([
      1,
      'whylight: networks/download.yaml is there already (choose another card with --out)\n',
    ]);
  });

  it('is a network by itself: what it does not say is said once, and kept in the result', async () => {
    const done = await here(
      'explain',
      photo,
      '-n',
      weights,
      '--method',
      'saliency',
      '--fit',
      'pad',
      '--out',
      'by-file',
    );
    expect(done.code).toBe(0);
    const notes = done.err.split('\n').filter((line) => line.startsWith('note: download: '));
    expect(new Set(notes).size).toBe(notes.length);
    expect(notes.join('\n')).toContain('note: download: it names no labels: they are called class 0 to class 3');
    const { network, input } = JSON.parse(readFileSync(file('by-file/dog.json'), 'utf8'));
    expect(network.assumptions).toContain('it names no labels: they are called class 0 to class 3');
    // Padded, the whole photo is seen.
    expect(input.sees).toBeUndefined();
  });

  it('of which a part of the photo is not seen, says so', async () => {
    const done = await here('explain', photo, '-n', 'scenes-fair', '--method', 'saliency', '--out', 'cut');
    expect(done.out).toContain('\n  sees the middle 128×128 of 192×128\n');
    expect(JSON.parse(readFileSync(file('cut/dog.json'), 'utf8')).input.sees).toBe(
      'sees the middle 128×128 of 192×128',
    );
    const [whole, cut] = await Promise.all(
      ['by-file', 'cut'].map((place) => sharp(file(`${place}/dog.saliency.png`)).metadata()),
    );
    // With the whole photo beside it.
    expect(cut!.width).toBeGreaterThan(whole!.width + 400);
  });

  it('that is a value is explained upwards and downwards, never in percent', async () => {
    writeFileSync(
      file('age.yaml'),
      `title: Age\nmodel: { file: ${path.join(project, 'networks', 'scenes-fair.safetensors')} }\nsize: [128, 128]\npreprocessing: { fit: stretch, channels: rgb, scale: imagenet }\noutput: linear\nunit: years\nclasses: [age]\n`,
    );
    const asked = [
      '--target',
      'up',
      '--target',
      'down',
      '--method',
      'saliency,occlusion',
      '--size',
      '64',
      '--stride',
      '64',
    ];
    const done = await here('explain', photo, '-n', 'age.yaml', ...asked, '--out', 'age', '--figure', 'scores,grid');
    expect(done.err).toBe('');
    expect(done.out).toMatch(/\n {2}-?\d+\.\d+ years +age\n/);
    expect(done.out).not.toContain('%');
    expect(done.out).not.toContain('logit');
    const text = readFileSync(file('age/dog.json'), 'utf8');
    expect(text).not.toMatch(/P\(|\d %[^ ]* (?:uncovered|with)/);
    const { classes, maps } = JSON.parse(text);
    expect(classes[0]).toMatchObject({ label: 'age', probability: null, unit: 'years' });
    const [up, down] = maps.filter(({ method }: { method: string }) => method === 'occlusion');
    expect([up.target.label, down.target.label, down.target.kind]).toEqual(['age', '−age', 'negative']);
    expect(down.target.logit).toBe(-up.target.logit);
    expect(up.range.maximum).toBeCloseTo(-down.range.minimum, 5);
    expect(up.grid.probabilities).toBeNull();
  });

  it('does of the methods what can be done, and says what not', async () => {
    const some = await here('explain', photo, '-n', 'scenes-flat-seed-1', '--method', 'saliency,cam', '--out', 'flat');
    expect(some.code).toBe(0);
    expect(some.err).toContain('note: cam is left out: the network does not end in global average pooling');
    expect(existsSync(file('flat/dog.saliency.png'))).toBe(true);
    const none = await here('explain', photo, '-n', 'scenes-flat-seed-1', '--method', 'cam', '--out', 'none');
    expect(none.code).toBe(1);
    expect(none.err).toMatch(
      /^whylight: scenes-flat-seed-1 does not allow cam: .*\(whylight networks scenes-flat-seed-1 lists what it allows\)\n$/,
    );
    expect(existsSync(file('none'))).toBe(false);
  });

  it('that is none is called what it is, wherever a network is named', async () => {
    for (const args of [
      ['import', photo],
      ['networks', photo],
      ['explain', photo, '-n', photo],
      ['background', photo],
    ]) {
      const done = await here(...args);
      expect([done.code, done.out]).toEqual([1, '']);
      expect(done.err).toMatch(
        /^whylight: dog\.png: it is a picture, not a network \(allowed: a network card \(\.yaml\), [^\n]*\)\n$/,
      );
    }
    const json = await here('networks', path.join(project, 'package.json'));
    expect(json.err).toMatch(/^whylight: package\.json: it is text, and no network card: .*\n$/);
    const readme = await here('networks', path.join(project, 'README.md'));
    expect(readme.err).toMatch(/^whylight: README\.md: it is text, and neither a network card nor a network \(.*\n$/);
  });
});
