import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { scenesCommand } from '../../src/cli/scenes';
import { AbortedError } from '../../src/explain/errors';
import { counterfactuals } from '../../src/scenes/counterfactuals';
import { type SceneDatasetOptions, sceneDataset, sceneSpecs } from '../../src/scenes/dataset';
import { readSpecs } from '../../src/scenes/read-specs';
import { drawScene } from '../../src/scenes/scene';
import { writeSceneDataset } from '../../src/scenes/write-dataset';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-scenes-'));
});

const specs = (options: SceneDatasetOptions) => [...sceneSpecs(options)];
const listing = (place: string) => (readdirSync(place, { recursive: true }) as string[]).sort();
const raw = async (file: string) =>
  (await sharp(file).raw().toBuffer({ resolveWithObject: true })) as { data: Buffer; info: sharp.OutputInfo };

describe('writeSceneDataset', () => {
  const options = { count: 5, seed: 9, bias: 0.8, distraction: 1, width: 48, height: 40 };

  it('writes the photos, masks and lines it says, the same at every run', async () => {
    const [a, b] = [path.join(folder, 'a'), path.join(folder, 'b')];
    const written = await writeSceneDataset(a, specs(options));
    await writeSceneDataset(b, specs(options));
    expect(written.scenes).toBe(5);
    expect(Object.values(written.counts).reduce((sum, n) => sum + n, 0)).toBe(5);
    const files = listing(a).filter((file) => path.extname(file) !== '');
    expect(listing(b)).toEqual(listing(a));
    for (const file of files)
      expect(readFileSync(path.join(b, file)).equals(readFileSync(path.join(a, file)))).toBe(true);

    const [head, ...lines] = readFileSync(path.join(a, 'scenes.csv'), 'utf8').trimEnd().split('\n');
    const names = head!.split(',');
    const rows = lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [names[i]!, cell])));
    const scenes = [...sceneDataset(options)];
    expect(rows.length).toBe(5);
    let masks = 0;
    for (const [i, row] of rows.entries()) {
      const { scene, label, backgroundRole } = scenes[i]!;
      expect(row).toMatchObject({
        label,
        background: scene.background,
        background_role: backgroundRole,
        sha256: scene.image.sha256,
      });
      expect(row.file).toBe(`photos/${label}/000${i}.png`);
      const photo = await raw(path.join(a, row.file!));
      expect(photo.info).toMatchObject({ width: 48, height: 40, channels: 3 });
      expect(Buffer.compare(photo.data, Buffer.from(scene.image.pixels))).toBe(0);
      expect(row.objects!.split(';')).toEqual(scene.objects.map((object) => object.kind));
      expect(row.areas!.split(';').map(Number)).toEqual(scene.objects.map((object) => object.area));
      for (const [j, file] of row.masks!.split(';').entries()) {
        masks++;
        const mask = await raw(path.join(a, file));
        const grey = mask.data.filter((_, k) => k % mask.info.channels === 0);
        expect(Buffer.compare(grey, Buffer.from(scene.objects[j]!.mask))).toBe(0);
        const { box } = scene.objects[j]!;
        expect(row.boxes!.split(';')[j]).toBe(box ? `${box.x} ${box.y} ${box.width} ${box.height}` : '');
      }
    }
    // The table, and the specs.
    expect(files.length).toBe(5 + masks + 3);
    expect(await readSpecs(path.join(a, 'specs.jsonl'))).toEqual(
      specs(options).map(({ spec, label, backgroundRole }) => ({ spec, label, backgroundRole })),
    );
    expect(written.masks).toBe(masks);
  });

  it('writes every scene again with one thing changed, and names that say nothing of the class', async () => {
    const set = specs({ count: 3, seed: 4, distraction: 1, classes: ['dog', 'bee'], blur: 1, width: 48, height: 48 });
    const written = await writeSceneDataset(path.join(folder, 'a'), set, { counterfactuals: true });
    const [head, ...lines] = readFileSync(path.join(folder, 'a', 'counterfactuals.csv'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(head).toBe('file,scene,change,object,part,background,effect,sha256');
    const changed = set.flatMap(({ spec }) => counterfactuals(spec));
    expect(written.counterfactuals).toBe(changed.length);
    expect(lines.map((line) => line.split(',').at(-1))).toEqual(changed.map((one) => drawScene(one.spec).image.sha256));
    const files = listing(path.join(folder, 'a')).filter(
      (file) => !file.startsWith('photos') && file !== 'croissant.json',
    );
    expect(files.filter((file) => /dog|wolf|bee|ant\b/.test(file))).toEqual([]);
    const rows = readFileSync(path.join(folder, 'a', 'scenes.csv'), 'utf8')
      .trimEnd()
      .split('\n');
    const parts = rows.map((row) => row.split(',')[rows[0]!.split(',').indexOf('parts')]!);
    expect(parts[1]).toMatch(/masks\/0000-\d-(body|abdomen)\.png/);
    for (const file of parts.slice(1).join(' ').split(/[ ;]/).filter(Boolean))
      expect(files).toContain(path.normalize(file));
  });

  it('writes changes of some kinds alone, without masks of parts', async () => {
    const set = specs({ count: 2, seed: 4, classes: ['dog'], width: 48, height: 48 });
    const written = await writeSceneDataset(path.join(folder, 'a'), set, { changes: ['background'] });
    const lines = readFileSync(path.join(folder, 'a', 'counterfactuals.csv'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines.slice(1).map((line) => line.split(',')[2])).toEqual(new Array(10).fill('background'));
    expect(written.counterfactuals).toBe(10);
    expect(written.masks).toBe(set.flatMap(({ spec }) => spec.objects).length);
  });

  it('leaves a folder that holds something alone', async () => {
    writeFileSync(path.join(folder, 'mine.txt'), 'x');
    await expect(writeSceneDataset(folder, specs(options))).rejects.toThrow(
      'is not empty (allowed: a new folder, or an empty one)',
    );
    expect(listing(folder)).toEqual(['mine.txt']);
  });

  it('writes into an empty folder, but not into a file', async () => {
    const empty = path.join(folder, 'empty');
    mkdirSync(empty);
    await writeSceneDataset(empty, specs({ ...options, count: 1 }));
    expect(listing(empty)).toContain('scenes.csv');
    await expect(writeSceneDataset(path.join(empty, 'scenes.csv'), specs(options))).rejects.toThrow(
      'cannot write to the folder',
    );
  });

  it('leaves nothing behind when it is interrupted or an option is wrong', async () => {
    const controller = new AbortController();
    const run = { signal: controller.signal, onProgress: () => controller.abort() };
    await expect(writeSceneDataset(path.join(folder, 'a'), specs(options), run)).rejects.toThrow(AbortedError);
    expect(() => specs({ ...options, bias: 2 })).toThrow('bias: 2');
    expect(listing(folder)).toEqual([]);
  });
});

describe('whylight scenes', () => {
  const run = async (...args: string[]) => {
    let text = '';
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      text += chunk;
      return true;
    });
    try {
      await scenesCommand()
        .exitOverride()
        .configureOutput({ writeErr: () => {} })
        .parseAsync(args, { from: 'user' });
    } finally {
      write.mockRestore();
    }
    return text;
  };

  it('writes what it says', async () => {
    const out = path.join(folder, 'set');
    const text = await run(
      '--count',
      '4',
      '--bias',
      '1',
      '--kinds',
      'bee,ant',
      '--size',
      '40x48',
      '--seed',
      '3',
      '--out',
      out,
    );
    expect(text).toContain('bee on flowers  2');
    expect(text).toContain('4 scenes and ');
    expect(text).toMatch(/No leak checks: they need two classes .*\n\n4 of 4 scenes share a seed/);
    const photos = listing(path.join(out, 'photos')).filter((file) => file.endsWith('.png'));
    expect(photos.map((file) => path.basename(file)).sort()).toEqual(['0000.png', '0001.png', '0002.png', '0003.png']);
    expect(photos.filter((file) => file.startsWith('bee'))).toHaveLength(2);
    expect((await raw(path.join(out, 'photos', photos[0]!))).info).toMatchObject({ width: 48, height: 40 });
    const json = JSON.parse(await run('-c', '2', '--size', '32', '-o', path.join(folder, 'other'), '--json'));
    expect(json).toMatchObject({ scenes: 2, folder: path.join(folder, 'other') });
    expect(json.leaks).toMatchObject({ allScenes: 2, groups: [] });
    const leaks = async (number: string) => {
      const place = path.join(folder, `leaks-${number}`);
      const text = await run('-c', '2', '--size', '32', '--leaks', number, '-o', place, '--json');
      return [JSON.parse(text).leaks, listing(place).includes('leaks.json')];
    };
    expect(await leaks('none')).toEqual([null, false]);
    expect(await leaks('2')).toEqual([expect.objectContaining({ allScenes: 2, groups: [] }), true]);
  });

  it('draws the scenes of a file again, byte for byte', async () => {
    const [first, again] = [path.join(folder, 'first'), path.join(folder, 'again')];
    await run('-c', '3', '--size', '40', '--watermark', '1', '-o', first);
    await run('--redraw', path.join(first, 'specs.jsonl'), '-o', again);
    expect(listing(again)).toEqual(listing(first));
    for (const file of listing(first).filter((name) => path.extname(name) !== ''))
      expect(readFileSync(path.join(again, file)).equals(readFileSync(path.join(first, file))), file).toBe(true);
  });

  it('names the line of a file that is damaged', async () => {
    const spec = { label: 'dog', spec: specs({ count: 1 })[0]!.spec };
    const refused = async (text: string, error: string | RegExp) => {
      writeFileSync(path.join(folder, 'specs.jsonl'), text);
      await expect(readSpecs(path.join(folder, 'specs.jsonl'))).rejects.toThrow(error);
    };
    const good = JSON.stringify(spec);
    await refused('', 'holds no scene');
    await refused(`${good}\n{`, 'line 2: no JSON');
    await refused(JSON.stringify({ ...spec, label: 'cat' }), /line 1: label cat: .*dog, wolf/);
    await refused(good.replace('"width":256', '"width":1e9'), /line 1: spec.width 1000000000/);
    await refused(good.replace('"light":', '"__proto__":1,"light":'), /line 1: /);
    await refused(good.replace(/"plan":"[a-z]+"/, '"plan":"striped"'), /line 1: /);
    const first = JSON.stringify({ label: 'wolf', spec: specs({ count: 2, set: 1, seed: 1 })[1]!.spec });
    await refused(
      first.replace(/"coat":"[^"]+"/, '"coat":"constructor"'),
      /line 1: spec.objects.\d.coat constructor: not known/,
    );
    await refused(good.replace('"objects":[{', '"objects":[{"without":["wings"],'), /line 1: spec.objects/);
    await expect(readSpecs(folder)).rejects.toThrow('cannot read');
    await expect(run('-o', path.join(folder, 'x'))).rejects.toThrow('neither --count nor --redraw');
  });

  it('takes no option beside --redraw that the file decides', async () => {
    for (const [option, value] of [
      ['count', '2'],
      ['bias', '0.5'],
      ['size', '64'],
      ['seed', '1'],
    ])
      await expect(run('--redraw', 'specs.jsonl', `--${option}`, value!, '-o', path.join(folder, 'x'))).rejects.toThrow(
        `--${option} and --redraw: one of them`,
      );
    expect(listing(folder)).toEqual([]);
  });

  it('refuses what it does not know', async () => {
    for (const args of [
      ['--count', '0'],
      ['--count', '2', '--bias', '1.5'],
      ['--count', '2', '--kinds', 'cat'],
      ['--count', '2', '--size', '8'],
      ['--count', '2', '--animals', '9'],
      ['--count', '2', '--set', '3'],
    ]) {
      await expect(run(...args, '--out', path.join(folder, 'x')), args.join(' ')).rejects.toThrow(/Allowed/);
    }
    expect(listing(folder)).toEqual([]);
  });
});
