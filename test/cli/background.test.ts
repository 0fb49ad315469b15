import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { whylight } from '../support/command';
import { runCommand } from '../support/in-process';
import { describeWithMirror, mirrored } from '../support/mirror';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'whylight-background-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('whylight background tells right answers by background and their paired difference', {
  timeout: 120_000,
}, async () => {
  const args = [
    'background',
    'scenes-fair',
    'scenes-biased',
    '--scenes',
    '12',
    '--maps',
    '4',
    '--flips',
    '1',
    '--segments',
    '12',
  ];
  const { code, out, err } = await whylight(args);
  expect(code, err).toBe(0);
  expect(out).toMatch(/^RIGHT ON +OWN +ANY BACKGROUND +SWAPPED +OWN − SWAPPED +WORST$/m);
  expect(out).toMatch(/^scenes-fair +.* % \(\d/m);
  // On truly own backgrounds it is right, on truly swapped ones wrong.
  expect(out).toMatch(
    /^scenes-biased +100\.0 % \(.*\) +\d.* +0\.0 % \(.*\) +100\.0 \(\d.*\) +(?:dog|wolf) on \w+: 0\.0 % \(/m,
  );
  // Beside the map's share stands the one by redrawing; the biased network's background decides nearly all.
  expect(out).toMatch(/^CAM OUTSIDE THE ANIMAL +CLASS +ALL .* BACKGROUND BY REDRAWING +ITS LOGITS +MARKINGS’ LOGITS$/m);
  expect(out).toMatch(/^scenes-fair: 0 of 20 trials flip \(4 of 4 scenes tried\)$/m);
  expect(out).toMatch(/nothing flips; nearest miss: scene-\S+ on \w+, /);
  expect(out).toMatch(/^ {2}picked by rule: the most telling flip has the largest of the least margins/m);
  const pictures = path.join(folder, 'pictures');
  const json = ['--json', '--from', 'dog', '--to', 'wolf', '--out', pictures];
  const { networks, seed, flips } = JSON.parse((await whylight([...args, ...json])).out);
  expect(seed).toBe(1);
  const shares = networks.map(({ redrawn }: { redrawn: { share: { value: number } }[] }) => redrawn[0]!.share.value);
  expect(shares[0]).toBeLessThan(0.2);
  expect(shares[1]).toBeGreaterThan(0.8);
  // The dog that turns into a wolf, and the smallest change that does it.
  const [flip] = flips[1].flips;
  expect(flip).toMatchObject({ own: 'grass', before: { label: 'dog' }, after: { label: 'wolf' }, repasted: null });
  expect(flip.change).toMatchObject({ turned: true, answer: { label: 'wolf' } });
  expect(flip.change.area).toBeGreaterThan(0);
  expect(flip.change.area).toBeLessThan(0.7);
  expect(flip.change.before.difference).toBeGreaterThan(0);
  expect(flip.change.after.difference).toBeLessThan(0);
  expect(flip.picture.alt).toContain('answers wolf');
  expect(readFileSync(flip.picture.file).subarray(1, 4).toString()).toBe('PNG');
  expect(path.dirname(flip.picture.file)).toBe(pictures);
  expect(networks[1].dependence).toMatchObject({ value: 1, count: 12 });
});

async function picture(name: string, side: number, colour: string): Promise<string> {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  await sharp({ create: { width: side, height: side, channels: 3, background: colour } })
    .png()
    .toFile(file);
  return file;
}

test('masks that do not fit, folders without any, and unknown classes are refused', {
  timeout: 120_000,
}, async () => {
  const dog = await picture('photos/dog.png', 40, '#226622');
  await picture('small/dog.png', 20, '#ffffff');
  await picture('other/cat.png', 40, '#ffffff');
  const empty = path.join(folder, 'empty');
  mkdirSync(empty);
  const tries: [string[], RegExp][] = [
    [['--photos', dog, '--masks', path.join(folder, 'small')], /small\/dog\.png is 20×20 px, its photo dog\.png 40×40/],
    [
      ['--photos', dog, '--masks', path.join(folder, 'other')],
      /no mask in .*other belongs to any photo \(looked for dog\.png/,
    ],
    [['--photos', empty], /no photo in the folder .*empty/],
    [['--photos', dog, '--masks', empty], /no photo in the folder .*empty/],
    [['--photos', dog, '--from', 'cat'], /unknown class: cat/],
  ];
  for (const [args, message] of tries) {
    const { code, err } = await whylight(['background', 'scenes-colours', ...args]);
    expect(code, err).not.toBe(0);
    expect(err).toMatch(message);
  }
});

test('options that would change nothing are refused', async () => {
  const tries: [string[], RegExp][] = [
    [['--photos', 'a.jpg', '--maps', '3'], /--maps changes nothing beside --photos/],
    [['--masks', 'masks'], /--masks changes nothing without --photos/],
    [['--photos', 'a.jpg', '--object-alone'], /--object-alone changes nothing without --masks/],
    [['--photos', 'a.jpg', '--segments', '1'], /Allowed: a whole number from 2/],
  ];
  for (const [args, message] of tries) {
    const { code, error } = await runCommand('background', 'scenes-colours', ...args);
    expect(code).not.toBe(0);
    expect(error).toMatch(message);
  }
});

test('a photo without a mask is searched by segments, and named', { timeout: 120_000 }, async () => {
  const [dog, plain] = [await picture('mixed/dog.png', 40, '#226622'), await picture('mixed/plain.png', 40, '#226622')];
  const masks = path.join(folder, 'masks');
  mkdirSync(masks);
  const mask = Buffer.alloc(40 * 40);
  mask.fill(255, 0, 400);
  await sharp(mask, { raw: { width: 40, height: 40, channels: 1 } })
    .png()
    .toFile(path.join(masks, 'dog-0.png'));
  const args = ['background', 'scenes-colours', '--photos', dog, '--photos', plain, '--masks', masks];
  // The same pairs of one set, by its index: what does not stand there is no photo of it.
  const index = [{ image: 'mixed/dog.png', mask: 'masks/dog-0.png', category: 'dog' }];
  writeFileSync(path.join(folder, 'index.json'), JSON.stringify(index));
  const more = ['--backgrounds', 'drawn', '--segments', '6', '--json'];
  const { code, out, err } = await whylight([...args, ...more]);
  expect(code, err).toBe(0);
  expect(err).toContain('plain has no mask in');
  const [pasted, bare] = JSON.parse(out);
  const listed = await whylight(['background', 'scenes-colours', '--photos', folder, ...more]);
  expect(listed.code, listed.err).toBe(0);
  expect(JSON.parse(listed.out)).toEqual([pasted]);
  expect(pasted).toMatchObject({ by: 'backgrounds', subjects: 1, eligible: 1, trials: 6 });
  expect(pasted.flipped).toBeGreaterThan(0);
  // Every pixel says dog: no segment's own mean colour turns that.
  expect(bare).toMatchObject({ by: 'segments', subjects: 1, flips: [{ subject: 'plain', change: { turned: false } }] });
});

describeWithMirror('photos and weights of the mirror', () => {
  const of = (...parts: string[]) => mirrored('photos', 'animals-with-masks', ...parts);
  test('objects of real photos before other backgrounds', { timeout: 240_000 }, async () => {
    const photos = ['000000000042', '000000000307', '000000000394'].flatMap((name) => [
      '--photos',
      of('images', `${name}.jpg`),
    ]);
    const args = ['background', 'squeezenet1_0-deep-compression', ...photos, '--masks', of('masks')];
    const more = ['--backgrounds', 'photos', '--backgrounds', 'drawn', '--flips', '1', '--segments', '12', '--json'];
    const { code, out, err } = await whylight([...args, ...more], { env: { WHYLIGHT_MIRROR: mirrored() } });
    expect(code, err).toBe(0);
    const [result] = JSON.parse(out);
    expect(result).toMatchObject({ subjects: 3, by: 'backgrounds' });
    expect(result.trials).toBe(8 * result.eligible);
    for (const { change, alone, onGrey, repasted, before } of result.flips) {
      expect(change.turned).toBe(true);
      expect([alone.label, onGrey.label].every((label) => label !== '')).toBe(true);
      expect(repasted.label).toBe(before.label);
    }
  });
});
