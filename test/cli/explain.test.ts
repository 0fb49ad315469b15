import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { readWeights } from '../../src/explain/network/weights/read';
import { encodeSafetensors } from '../../src/explain/network/weights/safetensors';
import { decodeNpy } from '../../src/explain/npy';
import { drawScene } from '../../src/scenes/scene';
import { onWhite, singleScene } from '../../src/scenes/study-scenes';
import { project, whylight } from '../support/command';
import { describeWithMirror, mirror, mirrored } from '../support/mirror';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-explain-'));
const file = (name: string) => path.join(folder, name);
const wolf = file('wolf in snow.png');
const dog = file('dog.jpg');

async function save(to: string, { pixels, width, height }: { pixels: Uint8Array; width: number; height: number }) {
  await sharp(pixels, { raw: { width, height, channels: 3 } }).toFile(to);
}

beforeAll(async () => {
  await save(wolf, drawScene(singleScene('wolf', { seed: 3, background: 'snow', width: 300, height: 200 })).image);
  await save(dog, drawScene(onWhite('dog', { seed: 5, width: 160, height: 240 })).image);
});

const explain = (...args: string[]) => whylight(['explain', ...args]);

/** What a cache folder keeps of runs that were not finished. */
function unfinishedRuns(cache: string): string[] {
  const place = path.join(cache, 'unfinished');
  return existsSync(place) ? readdirSync(place).filter((name) => name.endsWith('.entry')) : [];
}

/** Calls back as soon as a run has kept its first scores, however fast the machine is. */
function whenBegun(cache: string, callback: () => void): void {
  const watch = setInterval(() => {
    if (unfinishedRuns(cache).length === 0) return;
    clearInterval(watch);
    callback();
  }, 20);
}

/** What a run of several photos writes beside their results. */
const manifests = ['manifest.csv', 'manifest.parquet'];

describe('whylight explain', () => {
  it('says of several targets whose map a note is about', async () => {
    const notes = async (...targets: string[]) => {
      const asked = targets.flatMap((target) => ['-t', target]);
      const how = ['-n', 'scenes-fair', '-m', 'integrated-gradients', '--option', 'steps=4', '-f', 'json'];
      const { out } = await explain(wolf, ...how, ...asked, '-o', file(`notes of ${targets.length}`));
      return [...out.matchAll(/^ {2}(.*): completeness gap/gm)].map(([, name]) => name);
    };
    expect(await notes('wolf')).toEqual(['integrated-gradients']);
    expect(await notes('wolf', 'wolf - dog')).toEqual([
      'integrated-gradients for wolf',
      'integrated-gradients for wolf − dog',
    ]);
  });

  it('writes an overlay, the raw map and the numbers for each photo and method', async () => {
    const out = file('out');
    const answer = await explain(wolf, dog, '--network', 'scenes-fair', '--size', '24', '--stride', '12', '--out', out);
    expect(answer.code, answer.err).toBe(0);
    expect(answer.out).toContain('wolf');
    const names = ['cam', 'occlusion', 'saliency'].flatMap((method) => [`${method}.npy`, `${method}.png`]);
    expect(readdirSync(out).sort()).toEqual(
      [
        ...['dog', 'wolf in snow'].flatMap((base) => [...names.map((name) => `${base}.${name}`), `${base}.json`]),
        ...manifests,
      ].sort(),
    );
    const numbers = JSON.parse(readFileSync(path.join(out, 'wolf in snow.json'), 'utf8'));
    expect(numbers.classes[0].label).toBe('wolf');
    expect(numbers.classes[0].probability).toBeGreaterThan(0.5);
    expect(numbers.photo.sha256).toBe(createHash('sha256').update(readFileSync(wolf)).digest('hex'));
    const occlusion = numbers.maps.find(({ method }: { method: string }) => method === 'occlusion');
    expect(occlusion).toMatchObject({
      options: { size: [24, 24], stride: [12, 12], fill: 'black' },
      target: { label: 'wolf' },
    });
    for (const method of ['saliency', 'occlusion', 'cam']) {
      const map = decodeNpy(readFileSync(path.join(out, `wolf in snow.${method}.npy`)));
      expect(map.shape).toEqual([128, 128]);
      expect(map.values.every(Number.isFinite) && map.values.some((value) => value !== 0)).toBe(true);
      const { width, height } = await sharp(path.join(out, `wolf in snow.${method}.png`)).metadata();
      expect(Math.min(width!, height!)).toBeGreaterThan(400);
    }
  });

  it('explains the two best classes, prints JSON, and gives the same bytes again', async () => {
    const [a, b] = [file('a'), file('b')];
    const options = ['--network', 'scenes-fair', '--method', 'cam', '--target', 'top2', '--format', 'npy', '--json'];
    const [first, second] = [await explain(dog, ...options, '--out', a), await explain(dog, ...options, '--out', b)];
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(readdirSync(a).sort()).toEqual(['dog.cam.dog.npy', 'dog.cam.wolf.npy', 'dog.json']);
    for (const name of readdirSync(a)) {
      expect(readFileSync(path.join(b, name)).equals(readFileSync(path.join(a, name)))).toBe(true);
    }
    const [result] = JSON.parse(first.out);
    expect(result.classes.map(({ label }: { label: string }) => label)).toEqual(['dog', 'wolf']);
  });

  it('shows feature maps and maximised activations, without a map, and says in words what they show', async () => {
    const out = file('views');
    const views = ['-m', 'feature-maps,activation-maximisation', '--option', 'channels=7,2', '--option', 'steps=3'];
    const answer = await explain(dog, '-n', 'scenes-fair', ...views, '-t', 'wolf - dog', '-o', out);
    expect(answer.code, answer.err).toBe(0);
    const places = ['activation-maximisation.wolf-minus-dog', 'feature-maps'];
    expect(readdirSync(out).sort()).toEqual(
      [...places.flatMap((place) => [`dog.${place}.npy`, `dog.${place}.png`]), 'dog.json'].sort(),
    );
    expect(decodeNpy(readFileSync(path.join(out, 'dog.feature-maps.npy'))).shape).toEqual([2, 16, 16]);
    const { maps, pictures } = JSON.parse(readFileSync(path.join(out, 'dog.json'), 'utf8'));
    expect(maps).toEqual([]);
    expect(pictures[0]).toMatchObject({ method: 'feature-maps', channels: [{ channel: 7 }, { channel: 2 }] });
    expect(pictures[0].alt).toContain('Where each is strongest: channel 7');
    expect(pictures[1]).toMatchObject({ of: 'logit of wolf − dog', seed: 0, options: { steps: 3 } });
    const channel = ['-m', 'activation-maximisation', '--layer', 'layer1.0.relu2', '--option', 'channel=5'];
    const other = await explain(
      dog,
      '-n',
      'scenes-fair',
      ...channel,
      '--option',
      'steps=2',
      '--json',
      '-o',
      file('channel'),
    );
    expect(JSON.parse(other.out)[0].pictures[0].of).toBe('layer1.0.relu2, channel 5');
  });

  it('draws the standard error of maps of random copies beside them, and writes it', async () => {
    const out = file('errors');
    const few = ['--option', 'rise.masks=30', '--option', 'lime.samples=30', '--figure', 'errors'];
    const answer = await explain(dog, '-n', 'scenes-fair', '-m', 'rise,lime,cam', ...few, '-o', out);
    expect(answer.code, answer.err).toBe(0);
    const { pictures } = JSON.parse(readFileSync(path.join(out, 'dog.json'), 'utf8'));
    expect(pictures.map(({ files }: { files: string[] }) => files)).toEqual([
      ['dog.rise.errors.png', 'dog.rise.errors.npy'],
      ['dog.lime.errors.png', 'dog.lime.errors.npy'],
    ]);
    expect(pictures[0].caption).toMatch(
      /Hatched: \d+ % of the map is nearer to its mean \([\d.]+\) than 2 standard errors/,
    );
    expect(pictures[1].caption).toMatch(/Hatched: \d+ % of the map is nearer to 0 than 2 standard errors/);
    const { shape, values } = decodeNpy(readFileSync(path.join(out, 'dog.rise.errors.npy')));
    expect(shape).toEqual([128, 128]);
    expect(values.every((value) => value > 0 && value < 1)).toBe(true);
  });

  it('draws figures of several maps beside the overlays, with their words', async () => {
    const out = file('figures');
    const methods = ['-m', 'occlusion,smoothgrad', '--size', '64', '--option', 'statistic=variance'];
    const figures = ['--figure', 'scores,grid,best,methods,classes', '--option', 'samples=2', '-f', 'png,json'];
    const answer = await explain(dog, '-n', 'scenes-fair', ...methods, '-t', 'top2', ...figures, '-o', out);
    expect(answer.code, answer.err).toBe(0);
    const { maps, pictures } = JSON.parse(readFileSync(path.join(out, 'dog.json'), 'utf8'));
    const files = pictures.flatMap((picture: { files: string[] }) => picture.files);
    expect(files).toEqual(
      [
        'scores',
        'occlusion.dog.grid',
        'occlusion.wolf.grid',
        'occlusion.best',
        'methods.dog',
        'methods.wolf',
        'occlusion.classes',
        'smoothgrad.classes',
      ].map((name) => `dog.${name}.png`),
    );
    for (const name of files) expect((await sharp(path.join(out, name)).metadata()).width).toBeGreaterThan(400);
    expect(pictures.at(-1).caption).toMatch(/^VarGrad of .* on dog\.jpg, on one colour scale: dog, .*; wolf, /);
    for (const { alt } of [...maps, ...pictures.slice(4)]) expect(alt).toMatch(/ninth holds|no positive value/);
  });

  it('goes on after a photo that cannot be read, and says so with its exit code', async () => {
    writeFileSync(file('notes.jpg'), 'not a photo');
    const out = file('some');
    const answer = await explain(file('notes.jpg'), dog, '-n', 'scenes-fair', '-m', 'cam', '-f', 'npy', '-o', out);
    expect(answer.code).toBe(1);
    expect(answer.err.trim().split('\n')).toHaveLength(1);
    expect(answer.err).toContain('notes.jpg');
    expect(readdirSync(out).sort()).toEqual(['dog.cam.npy', 'dog.json', ...manifests]);
    expect(answer.out.trim().split('\n').slice(-2)).toEqual([
      expect.stringMatching(/^failed: cannot read the photo .*notes\.jpg/),
      'explained 1, failed 1',
    ]);
  });

  it('stops at an interrupt with exit code 130 and leaves nothing half-written', async () => {
    const [out, cache] = [file('interrupted'), file('interrupted-cache')];
    const answer = await whylight([...longRun(40_000), '-o', out], {
      env: { WHYLIGHT_CACHE: cache },
      onStart: (pid) => whenBegun(cache, () => process.kill(pid, 'SIGINT')),
    });
    expect(answer).toMatchObject({ code: 130, out: '' });
    expect(answer.err.trim().split('\n').at(-1)).toBe('whylight: interrupted');
    expect(existsSync(out)).toBe(false);
  });
});

/** A command that takes so many masks, in small batches. */
function longRun(masks: number): string[] {
  return ['explain', dog, '-n', 'scenes-fair', '-m', 'rise', '--option', `masks=${masks}`, '--memory', '16'];
}

describe('an interrupted run given again', () => {
  it('goes on where a killed one was, with the same bytes, and leaves no journal; --no-cache begins anew', async () => {
    const cache = file('cache');
    const unfinished = () => unfinishedRuns(cache);
    const env = { WHYLIGHT_CACHE: cache };
    const args = [...longRun(1500), '-f', 'npy'];
    const killed = await whylight([...args, '-o', file('killed')], {
      env,
      onStart: (pid) => whenBegun(cache, () => process.kill(pid, 'SIGKILL')),
    });
    expect(killed.code).toBeNull();
    expect(existsSync(path.join(file('killed'), 'dog.rise.npy'))).toBe(false);
    expect(unfinished()).toHaveLength(1);
    const anew = await whylight([...args, '--no-cache', '-o', file('anew')], { env });
    expect(anew.code, anew.err).toBe(0);
    expect(anew.err).not.toContain('going on');
    expect(unfinished()).toHaveLength(1);
    // Damaged scores are told, and computed again.
    const [name] = unfinished();
    const kept = path.join(cache, 'unfinished', name!);
    const bytes = readFileSync(kept);
    const damagedCache = file('damaged-cache');
    mkdirSync(path.join(damagedCache, 'unfinished'), { recursive: true });
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(path.join(damagedCache, 'unfinished', name!), bytes);
    const damaged = await whylight([...args, '-o', file('damaged')], { env: { WHYLIGHT_CACHE: damagedCache } });
    expect(damaged.code, damaged.err).toBe(0);
    expect(damaged.err).toContain(`${name}: what was stored is damaged`);
    expect(damaged.err).not.toContain('going on');
    const rest = await whylight([...args, '-o', file('rest')], { env });
    expect(rest.code, rest.err).toBe(0);
    expect(rest.err).toMatch(/rise: going on after the interruption, \d+ of 1500 are done/);
    expect(unfinished()).toEqual([]);
    const map = (out: string) => readFileSync(path.join(file(out), 'dog.rise.npy'));
    expect(map('rest').equals(map('anew'))).toBe(true);
    expect(map('damaged').equals(map('anew'))).toBe(true);
  });
});

describe('one clear line and exit code 1, with nothing written', () => {
  const out = file('never');
  const fails = async (expected: RegExp, ...args: string[]) => {
    const answer = await explain(...args, '--out', out);
    expect(answer.err).toMatch(expected);
    expect(answer.err.trim().split('\n')).toHaveLength(1);
    expect(answer).toMatchObject({ code: 1, out: '' });
    expect(existsSync(out)).toBe(false);
  };

  it('a truncated JPEG, a text file, a missing file, an empty file', async () => {
    writeFileSync(file('cut.jpg'), readFileSync(dog).subarray(0, 1500));
    writeFileSync(file('text.jpg'), 'hello\n');
    writeFileSync(file('empty.png'), '');
    await fails(/cut\.jpg/, file('cut.jpg'), '-n', 'scenes-fair');
    await fails(/text\.jpg/, file('text.jpg'), '-n', 'scenes-fair');
    await fails(/empty\.png/, file('empty.png'), '-n', 'scenes-fair');
    await fails(/absent\.jpg/, file('absent.jpg'), '-n', 'scenes-fair');
  });

  it('a picture of 100 megapixels', async () => {
    await sharp({ create: { width: 10_000, height: 10_000, channels: 3, background: '#808080' } })
      .png({ compressionLevel: 1 })
      .toFile(file('huge.png'));
    await fails(/huge\.png: 10000×10000, 100 megapixels, too large/, file('huge.png'), '-n', 'scenes-fair');
  });

  it('unknown networks, classes, methods and options without a taker', async () => {
    await fails(/unknown network: vgg99 \(known: /, dog, '-n', 'vgg99');
    await fails(/unknown class: cat \(this network has: dog, wolf\)/, dog, '-n', 'scenes-fair', '-t', 'cat');
    await fails(/unknown target: top3 \(allowed: top1 to top2\)/, dog, '-n', 'scenes-fair', '-t', 'top3');
    await fails(/unknown method: magic \(known: saliency, /, dog, '-n', 'scenes-fair', '-m', 'magic');
    await fails(
      /size does nothing for cam: it belongs to occlusion/,
      dog,
      '-n',
      'scenes-fair',
      '-m',
      'cam',
      '--size',
      '4',
    );
    await fails(/classes needs several targets/, dog, '-n', 'scenes-fair', '-m', 'cam', '--figure', 'classes');
    await fails(
      /layer does nothing for activation-maximisation of a class/,
      ...[dog, '-n', 'scenes-fair', '-m', 'activation-maximisation', '--layer', 'layer1.0.relu2'],
    );
    for (const without of [['cam'], ['smoothgrad'], ['rise', '--option', 'rise.masks=1']]) {
      await fails(/errors needs --method rise \(/, dog, '-n', 'scenes-fair', '-m', ...without, '--figure', 'errors');
    }
    await fails(/grid needs --method occlusion/, dog, '-n', 'scenes-fair', '-m', 'cam', '--figure', 'grid');
    await fails(/--figure draws PNG/, dog, '-n', 'scenes-fair', '--figure', 'scores', '-f', 'npy');
    await fails(/size: 129×129/, dog, '-n', 'scenes-fair', '-m', 'occlusion', '--size', '129');
  });

  it('a folder that cannot be written', async () => {
    writeFileSync(file('plain'), 'a file');
    const answer = await explain(dog, '-n', 'scenes-fair', '--out', path.join(file('plain'), 'inner'));
    expect(answer).toMatchObject({ code: 1, out: '' });
    expect(answer.err).toMatch(/^whylight: cannot write to the folder .*plain.inner/);
    expect(readFileSync(file('plain'), 'utf8')).toBe('a file');
  });

  describe('cards and weights', () => {
    const card = readFileSync(path.join(project, 'networks/scenes-fair.yaml'), 'utf8');
    const original = readWeights(readFileSync(path.join(project, 'networks/scenes-fair.safetensors')), 'scenes-fair');
    const write = (name: string, bytes: Uint8Array, change: (text: string) => string = (text) => text) => {
      mkdirSync(file(name));
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      writeFileSync(path.join(file(name), 'mine.safetensors'), bytes);
      const text = card.replace(/file: \S+/, 'file: mine.safetensors').replace(/sha256: \S+/, `sha256: '${sha256}'`);
      writeFileSync(path.join(file(name), 'mine.yaml'), change(text));
      return path.join(file(name), 'mine.yaml');
    };
    const tensors = () => new Map(original);

    it('an unknown architecture, with its line', async () => {
      const mine = write('architecture', encodeSafetensors(tensors()), (text) =>
        text.replace('tiny-resnet', 'alexnut'),
      );
      await fails(/mine\.yaml: line \d+: architecture alexnut: not known \(allowed: resnet18, /, dog, '-n', mine);
    });

    it('a wrong checksum', async () => {
      const wrong = (text: string) => text.replace(/sha256: '..../, "sha256: '0000");
      await fails(
        /mine\.safetensors has a wrong checksum/,
        dog,
        '-n',
        write('sum', encodeSafetensors(tensors()), wrong),
      );
    });

    it('a missing, an extra and a misshapen tensor', async () => {
      const missing = tensors();
      missing.delete('fc.bias');
      await fails(
        /does not fit tiny-resnet .*missing: fc\.bias/,
        dog,
        '-n',
        write('missing', encodeSafetensors(missing)),
      );
      const extra = tensors().set('fc2.bias', { shape: [1], values: new Float32Array(1) });
      await fails(/not of this architecture: fc2\.bias/, dog, '-n', write('extra', encodeSafetensors(extra)));
      const misshapen = tensors().set('fc.weight', { shape: [2, 40], values: new Float32Array(80) });
      await fails(/fc\.weight is 2×40, not 1×80/, dog, '-n', write('misshapen', encodeSafetensors(misshapen)));
    });

    it('bytes that are no weights at all', async () => {
      await fails(/mine\.safetensors/, dog, '-n', write('garbage', Buffer.from('garbage'.repeat(99))));
    });
  });
});

describe('wrong usage', () => {
  it('is one line and exit code 2', async () => {
    for (const args of [
      ['explain', dog],
      ['explain', '-n', 'scenes-fair'],
      ['explian'],
      ['explain', dog, '-n', 'x', '--size', '0'],
    ]) {
      const answer = await whylight(args);
      expect(answer.code, args.join(' ')).toBe(2);
      expect(answer.err).toMatch(/^whylight: .*--help\)\n$/);
    }
  });
});

it('one pixel is a photo, too', async () => {
  await sharp({ create: { width: 1, height: 1, channels: 3, background: '#fff' } })
    .png()
    .toFile(file('pixel.png'));
  const answer = await explain(file('pixel.png'), '-n', 'scenes-fair', '-m', 'cam', '-o', file('pixel'));
  expect(answer.code, answer.err).toBe(0);
});

describeWithMirror('with the mirror', () => {
  it('SqueezeNet finds the bull mastiff in the photo', { timeout: 200_000 }, async () => {
    const out = file('real');
    const network = ['-n', 'squeezenet1_0-deep-compression', '--mirror', mirror!, '-m', 'cam', '-t', 'top2', '-o', out];
    const answer = await explain(mirrored('photos/openly-licensed/dog-and-cat.png'), ...network);
    expect(answer.code, answer.err).toBe(0);
    expect(answer.out).toMatch(/93\.43 %\s+bull mastiff/);
    expect(readdirSync(out)).toContain('dog-and-cat.cam.bull-mastiff.png');
  });
});
