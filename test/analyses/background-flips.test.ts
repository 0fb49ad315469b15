import { beforeAll, expect, test } from 'vitest';
import { backgroundFlips, type FlipSubject } from '../../src/analyses/background-flips';
import { drawnBackgrounds, photoBackgrounds, photoSubjects } from '../../src/analyses/photo-subjects';
import { sceneSubjects } from '../../src/analyses/scene-subjects';
import { segmentFlips } from '../../src/analyses/segment-flips';
import { AbortedError } from '../../src/explain/errors';
import type { ImageSample } from '../../src/explain/image/sample';
import { superpixels } from '../../src/explain/methods/superpixels';
import { loadNetwork } from '../../src/explain/network/load-network';
import type { Network } from '../../src/explain/network/network';
import { colourWorth } from '../support/colours';
import { flatPhoto } from '../support/flat-photo';
import { networkOf } from '../support/networks';

let network: Network;
beforeAll(async () => {
  // docs/provable.md, to the rounding of a sum of 16,384 numbers: logit(wolf) − logit(dog) is the mean over the pixels of a function of each one's colour.
  network = await loadNetwork('scenes-colours');
});

type Colour = readonly [number, number, number];
const worth = (colour: Colour) =>
  colourWorth(
    colour.map((value) => value / 255),
    ({ wolf, dog }) => wolf - dog,
  );
const SIDE = 128;
const AREA = SIDE ** 2;
const inside = (x: number, y: number) => x >= 48 && x < 80 && y >= 40 && y < 72;
const OBJECT = 32 * 32;
const red: Colour = [220, 20, 20];
const before = (ground: Colour) => flatPhoto(SIDE, SIDE, (x, y) => (inside(x, y) ? red : ground));
const grass: Colour = [40, 120, 40];
const snow: Colour = [85, 85, 110];
const ice: Colour = [90, 90, 105];
const meadow: Colour = [20, 160, 20];

/** The red object's score on a ground: positive says wolf. */
const scoreOn = (ground: Colour) => (OBJECT * worth(red) + (AREA - OBJECT) * worth(ground)) / AREA;

const subject = (
  name: string,
  others: Readonly<Record<string, Colour>>,
  more: Partial<FlipSubject> = {},
): FlipSubject => ({
  name,
  label: 'dog',
  own: 'grass',
  picture: () => before(grass),
  repasted: null,
  onGrey: null,
  backgrounds: Object.entries(others).map(([ground, colour]) => ({
    name: ground,
    picture: () => before(colour),
    alone: () => flatPhoto(SIDE, SIDE, () => colour),
  })),
  ...more,
});

test('the flip and the smallest change of a network whose truth is proven', async () => {
  expect([grass, meadow, ice, snow].map((ground) => Math.sign(scoreOn(ground)))).toEqual([-1, -1, 1, 1]);
  const result = await backgroundFlips(network, [subject('patch', { meadow, ice, snow })], { segments: 40 });
  expect(result).toMatchObject({ subjects: 1, eligible: 1, trials: 3, flipped: 2, miss: null, repasted: null });
  expect(result.share!.value).toBeCloseTo(2 / 3, 12);
  const [flip] = result.flips;
  expect(flip).toMatchObject({ subject: 'patch', own: 'grass', background: 'snow', repasted: null });
  expect(flip!.before.label).toBe('dog');
  expect(flip!.before.margin).toBeCloseTo(-scoreOn(grass), 2);
  expect(flip!.after).toMatchObject({ label: 'wolf' });
  expect(flip!.after.margin).toBeCloseTo(scoreOn(snow), 2);
  expect(flip!.telling).toBeCloseTo(Math.min(-scoreOn(grass), scoreOn(snow)), 2);
  expect(flip!.alone.margin).toBeCloseTo(worth(snow), 2);

  // Every pixel of the ground moves the score by the same: the largest segments first, until the sum passes the margin.
  const sizes = new Map<number, number>();
  superpixels(before(grass), { count: 40 }).labels.forEach((label, i) => {
    if (!inside(i % SIDE, Math.floor(i / SIDE))) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  });
  const needs = (-scoreOn(grass) * AREA) / (worth(snow) - worth(grass));
  const ordered = [...sizes.values()].sort((a, b) => b - a);
  let [count, pixels] = [0, 0];
  while (pixels <= needs) pixels += ordered[count++]!;
  const { change } = flip!;
  expect(count).toBeGreaterThan(2);
  expect(change).toMatchObject({ turned: true, segments: sizes.size, exchanged: count, rival: 'wolf' });
  expect(change.area).toBeCloseTo(pixels / AREA, 12);
  expect(change.before.difference).toBeCloseTo(-scoreOn(grass), 2);
  expect(change.after.difference).toBeCloseTo(-scoreOn(grass) - (pixels * (worth(snow) - worth(grass))) / AREA, 2);
  expect(change.after.probabilities[0]).toBeCloseTo(1 / (1 + Math.exp(-change.after.difference)), 4);
  expect(flip!.figure.caption).toContain(`${count} of ${sizes.size} segments`);
});

test('several trials of one subject count as one; wrong answers and pasted ones that change are not tried', async () => {
  const kept = { repasted: () => before([42, 120, 42]), onGrey: () => before([128, 128, 128]) };
  const changed = { repasted: () => before(snow), onGrey: () => before(snow) };
  const subjects = [
    subject('all', { ice, snow }, kept),
    subject('none', { meadow, grass }, kept),
    subject('wolf', { snow }, { ...kept, label: 'wolf' }),
    subject('seam', { snow }, changed),
  ];
  const result = await backgroundFlips(network, subjects, { flips: 0 });
  expect(result).toMatchObject({ subjects: 4, eligible: 2, trials: 4, flipped: 2, flips: [] });
  expect(result.share).toMatchObject({ value: 0.5, count: 2 });
  expect(result.repasted).toMatchObject({ value: 0.75, count: 4 });
  const alone = await backgroundFlips(network, [subject('a', { snow }, { ...kept, onGrey: () => before(snow) })], {
    objectAlone: true,
  });
  expect(alone).toMatchObject({ eligible: 0, share: null, miss: null, onGrey: { value: 0, count: 1 } });
});

test('pasting lowers the margin before', async () => {
  const weak: Colour = [60, 68, 60];
  expect(scoreOn(weak)).toBeLessThan(0);
  const { flips } = await backgroundFlips(network, [subject('one', { snow }, { repasted: () => before(weak) })], {
    segments: 9,
  });
  expect(flips[0]!.telling).toBeCloseTo(-scoreOn(weak), 2);
});

test('where nothing flips, the nearest miss is told', async () => {
  const near: Colour = [60, 70, 60];
  const result = await backgroundFlips(network, [subject('one', { meadow, near })]);
  expect(result).toMatchObject({ flipped: 0, flips: [], miss: { subject: 'one', background: 'near' } });
  expect(result.miss!.distance).toBeCloseTo(-scoreOn(near), 2);
  const to = await backgroundFlips(network, [subject('one', { ice })], { from: 'dog', to: 1, segments: 9 });
  expect(to).toMatchObject({ flipped: 1 });
  const from = await backgroundFlips(network, [subject('one', { ice })], { from: 'wolf' });
  expect(from).toMatchObject({ eligible: 0, trials: 0, share: null, miss: null });
});

test('unknown classes, nothing to try, and networks without an answer are refused', async () => {
  const one = [subject('one', { ice })];
  await expect(backgroundFlips(network, one, { from: 'cat' })).rejects.toThrow('unknown class: cat');
  await expect(backgroundFlips(network, one, { segments: 1 })).rejects.toThrow(
    'segments: 1 (allowed: whole numbers from 2)',
  );
  await expect(backgroundFlips(network, [])).rejects.toThrow('nothing to set before other backgrounds');
  await expect(backgroundFlips({ ...network, output: 'multilabel' }, one)).rejects.toThrow('its output is multilabel');
});

test('drawn scenes keep the animal and change the ground; with the ground alone', async () => {
  const subjects = sceneSubjects(network, { scenes: 4, size: 64 });
  expect(subjects).toHaveLength(4);
  for (const { label, own, backgrounds, picture, repasted } of subjects) {
    expect(own).toBe(label === 'dog' ? 'grass' : 'snow');
    expect(backgrounds.map(({ name }) => name)).not.toContain(own);
    expect(backgrounds).toHaveLength(5);
    expect(picture().pixels).not.toEqual(backgrounds[0]!.picture().pixels);
    expect(backgrounds[0]!.alone().pixels).not.toEqual(backgrounds[0]!.picture().pixels);
    expect(repasted).toBeNull();
  }
  const { flipped, eligible } = await backgroundFlips(network, subjects, { flips: 1, segments: 12 });
  expect(flipped).toBeGreaterThan(0);
  expect(eligible).toBeGreaterThan(2);
});

const photoOf = (name: string, ground: Colour) => ({
  name,
  photo: { ...before(ground), source: name },
  mask: Uint8Array.from({ length: AREA }, (_, i) => (inside(i % SIDE, Math.floor(i / SIDE)) ? 255 : 0)),
});

test('photos with masks are pasted on one another’s backgrounds, never on their own', async () => {
  const photos = [photoOf('a', grass), photoOf('b', snow), photoOf('c', meadow)];
  const { backgrounds, without } = photoBackgrounds(photos);
  expect(without).toEqual([]);
  // Flat surroundings fill flatly: no red is left.
  expect(backgrounds[1]!.picture.pixels).toEqual(flatPhoto(SIDE, SIDE, () => snow).pixels);
  const subjects = photoSubjects(photos, backgrounds);
  expect(subjects.map((one) => one.backgrounds.map(({ name }) => name).join())).toEqual(['b,c', 'a,c', 'a,b']);
  expect(subjects[0]!.backgrounds[0]!.picture().pixels).toEqual(before(snow).pixels);
  expect(subjects[0]!.repasted!().pixels).toEqual(before(grass).pixels);
  const result = await backgroundFlips(network, subjects, { segments: 12 });
  // a and c flip on b; b flips on a and on c.
  expect(result).toMatchObject({ eligible: 3, trials: 6, flipped: 4, repasted: { value: 1 } });
  expect(photoSubjects(photos, backgrounds, { each: 1 }).every((one) => one.backgrounds.length === 1)).toBe(true);
  expect(drawnBackgrounds().map(({ name }) => name.split(' ')[0])).toEqual([
    'snow',
    'forest',
    'grass',
    'room',
    'white',
    'flowers',
  ]);
});

test('a photo that is mostly object gives no background, and one alone has none to be set before', () => {
  const wide = {
    ...photoOf('wide', grass),
    mask: Uint8Array.from({ length: AREA }, (_, i) => (i < 0.6 * AREA ? 255 : 0)),
  };
  const { backgrounds, without } = photoBackgrounds([wide, photoOf('b', snow)]);
  expect([backgrounds.map(({ name }) => name), without]).toEqual([['b'], ['wide']]);
  expect(() => photoSubjects([photoOf('b', snow)], backgrounds)).toThrow('no other background for b');
  expect(() => photoBackgrounds([{ ...wide, mask: new Uint8Array(3) }])).toThrow('a mask of 3 px for wide');
  expect(() => photoSubjects([wide], backgrounds, { each: 0 })).toThrow('each: 0 (allowed: whole numbers from 1)');
});

test('without masks the smallest set of segments that turns the answer when it is filled is found', async () => {
  // Wolf by a strip of snow; the rest is meadow. Grey is worth nothing, so the strip's pixels must go.
  const strip = 24;
  const photo: ImageSample = flatPhoto(SIDE, SIDE, (x) => (x < strip ? [0, 0, 255] : meadow));
  const score = (strip * worth([0, 0, 255]) + (SIDE - strip) * worth(meadow)) / SIDE;
  expect(score).toBeGreaterThan(0.5);
  const all = await segmentFlips(
    network,
    [
      { name: 'green', photo: before(meadow) },
      { name: 'strip', photo },
    ],
    {
      fill: 'grey',
      segments: 25,
    },
  );
  // Of a photo that is dog everywhere grey leaves a tie at most: nothing turns, and it comes last.
  expect(all).toMatchObject({ subjects: 2, eligible: 2, share: { value: 0.5, count: 2 } });
  const [flip, miss] = all.flips;
  expect(miss).toMatchObject({ subject: 'green', figure: null, change: { turned: false } });
  expect(flip).toMatchObject({ subject: 'strip', before: { label: 'wolf' }, change: { turned: true, rival: 'dog' } });
  const needs = (score * AREA) / worth([0, 0, 255]);
  expect(flip!.change.area).toBeGreaterThan(needs / AREA);
  // Not by more than one segment of the usual size.
  expect(flip!.change.area).toBeLessThan(needs / AREA + 1.5 / 25);
  for (const fill of ['mean', 'blur'] as const) {
    const { flips } = await segmentFlips(network, [{ name: 'strip', photo }], { fill, segments: 9 });
    expect(flips).toHaveLength(1);
  }
  const none = await segmentFlips(network, [{ name: 'strip', photo }], { from: 'dog' });
  expect(none).toMatchObject({ eligible: 0, share: null, flips: [] });
  await expect(segmentFlips(network, [])).rejects.toThrow('no photos to search');
  await expect(segmentFlips(network, [{ name: 'a', photo }], { fill: 'red' as 'grey' })).rejects.toThrow(
    'fill: red (allowed: mean, blur, grey)',
  );
});

test('one output for two classes is scored as log odds, and a search can be interrupted', async () => {
  // z is a hundredth of what is bluer than green, in bytes.
  const sigmoid = networkOf(
    [
      { name: 'input', operation: { kind: 'input' }, inputs: [] },
      { name: 'avgpool', operation: { kind: 'globalAvgPool' }, inputs: ['input'] },
      { name: 'fc', operation: { kind: 'dense', units: 1, bias: true }, inputs: ['avgpool'] },
    ],
    [SIDE, SIDE, 3],
    new Map([
      ['fc.weight', { shape: [1, 3], values: new Float32Array([0, -2.55, 2.55]) }],
      ['fc.bias', { shape: [1], values: new Float32Array(1) }],
    ]),
    { output: 'sigmoid', classes: ['dog', 'wolf'] },
  );
  const options = { segments: 9 };
  const ground = (AREA - OBJECT) / AREA;
  const { flips } = await backgroundFlips(sigmoid, [subject('one', { snow })], options);
  const [{ before: first, after, change }] = flips as [(typeof flips)[number]];
  expect([first.label, after.label]).toEqual(['dog', 'wolf']);
  expect(first.margin).toBeCloseTo(0.8 * ground, 3);
  expect(after.margin).toBeCloseTo(0.25 * ground, 3);
  expect(change.before.difference).toBeCloseTo(first.margin, 5);
  expect(change.before.probabilities[0]).toBeCloseTo(first.probability, 5);
  expect(change.after.probabilities[0] + change.after.probabilities[1]).toBeCloseTo(1, 6);
  const stop = new AbortController();
  const onProgress = () => stop.abort();
  const search = backgroundFlips(sigmoid, [subject('one', { snow })], { ...options, signal: stop.signal, onProgress });
  await expect(search).rejects.toThrow(AbortedError);
});
