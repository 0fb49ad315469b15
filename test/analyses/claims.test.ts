import { beforeAll, describe, expect, it } from 'vitest';
import { camInstances, type InstancesPicture, instancesOf, instancesSpec } from '../../src/analyses/cam-instances';
import { camPointing, type PointingCase, pointingChance, pointingOf } from '../../src/analyses/cam-pointing';
import { evaluationSeed } from '../../src/analyses/evaluation-seed';
import { gradientDiscrimination, rivalClassPairs } from '../../src/analyses/gradient-discrimination';
import { paints, type RivalCase, rivalEffect, rivalEffectOf } from '../../src/analyses/rival-effect';
import { knownAnimals, rivalPairs, rivalScenes } from '../../src/analyses/rival-scenes';
import { type MapOptions, maskInInput, objectMasks, paintKind } from '../../src/analyses/scene-input';
import { unevenPointing, unevenSpec } from '../../src/analyses/uneven-pointing';
import { areaShare, boxesOf, hits, reachOf } from '../../src/explain/measures/input-mask';
import { cam } from '../../src/explain/methods/cam';
import { loadNetwork } from '../../src/explain/network/load-network';
import type { Network } from '../../src/explain/network/network';
import { mixSeeds } from '../../src/scenes/random';
import { drawScene } from '../../src/scenes/scene';
import { competingScene, keepObjects } from '../../src/scenes/study-scenes';
import { drawn, linearNetwork, networkOf, seededNetwork } from '../support/networks';
import { passingTensors } from '../support/tensors';

const scene = drawScene(competingScene(['dog', 'wolf'], { seed: 8, background: 'forest', width: 60, height: 40 }));
const few = { scenes: 4, seed: 1 };
let fair: Network;
beforeAll(async () => {
  fair = await loadNetwork('scenes-fair');
});

describe('gradientDiscrimination', () => {
  it('measures a linear network’s weights: equal sizes and opposite signs', async () => {
    const weights = drawn(40 * 60 * 3, 3, 2, -1);
    const both = Float32Array.from([...weights, ...weights.map((weight) => -weight)]);
    const network = linearNetwork([40, 60], both, [0, 0]);
    const { signed, absolute, lost, byConstruction, pairs } = await gradientDiscrimination(network, [
      { photo: scene.image, classes: [0, 1] },
    ]);
    expect(signed.value).toBeCloseTo(-1, 5);
    expect(absolute.value).toBeCloseTo(1, 5);
    expect(lost.value).toBeCloseTo(2, 5);
    expect(byConstruction).toBe(false);
    expect(pairs).toHaveLength(1);
  });

  it('says of unrelated weights that both tell the classes apart', async () => {
    const network = linearNetwork([40, 60], drawn(2 * 40 * 60 * 3, 4, 2, -1), [0, 0]);
    const { signed, absolute } = await gradientDiscrimination(network, [{ photo: scene.image, classes: [0, 1] }]);
    expect(Math.abs(signed.value)).toBeLessThan(0.06);
    expect(Math.abs(absolute.value)).toBeLessThan(0.06);
  });

  it('gives the gradient of a logit, and of logits less their mean, of which a common term is no part', async () => {
    const size = 40 * 60 * 3;
    const common = drawn(size, 5, 2, -1);
    const own = Array.from({ length: 3 }, (_, i) => drawn(size, 6 + i, 0.2, -0.1));
    const weights = Float32Array.from(own.flatMap((one) => [...one.map((value, i) => value + common[i]!)]));
    const network = linearNetwork([40, 60], weights, [0, 0, 0]);
    const pair = { photo: scene.image, classes: [0, 1], absent: [2], label: 'a, b' } as const;
    const { absolute, signed, centred, absent, kinds, oppositeCentred } = await gradientDiscrimination(network, [pair]);
    // What all classes share makes the logits' gradients alike; centred, three classes' are opposite by a half in the mean.
    expect(absolute.value).toBeGreaterThan(0.9);
    expect(signed.value).toBeGreaterThan(0.9);
    expect(absent!.absolute.value).toBeGreaterThan(0.9);
    expect(centred!.signed.value).toBeCloseTo(-0.5, 1);
    expect(centred!.absolute.value).toBeLessThan(0.5);
    // With one absent class there are no two of them.
    expect(centred!.absent!.neither).toBeNull();
    const four = linearNetwork([40, 60], Float32Array.from([...weights, ...own[0]!]), [0, 0, 0, 0]);
    const apart = await gradientDiscrimination(four, [{ ...pair, classes: [0, 3], absent: [1, 2] }]);
    expect(apart.absent!.neither!.value).toBeGreaterThan(0.9);
    expect(apart.absent!.beyondNeither!.value).toBeCloseTo(apart.absolute.value - apart.absent!.neither!.value, 12);
    expect(kinds.map(({ label, absolute }) => [label, absolute.count])).toEqual([['a, b', 1]]);
    expect(oppositeCentred).toBe(false);
  });

  it('compares with every animal that is not in the scene', () => {
    const four = { ...fair, classes: ['ant', 'bee', 'dog', 'wolf'] };
    expect([...rivalClassPairs(four, { scenes: 2, seed: 1 })].map(({ label, absent }) => [label, absent])).toEqual([
      ['dog, wolf', ['bee', 'ant']],
      ['bee, ant', ['dog', 'wolf']],
    ]);
    expect([...rivalClassPairs(fair, { scenes: 1, seed: 1 })][0]!.absent).toEqual([]);
  });
});

describe('scenes of two rivals', () => {
  it('show the pairs that the network knows, both animals in sight', () => {
    const network = { ...fair, classes: ['ant', 'bee', 'dog', 'wolf'] };
    expect(rivalPairs(network)).toEqual([
      ['dog', 'wolf'],
      ['bee', 'ant'],
    ]);
    expect(knownAnimals({ classes: ['wolf', 'cat'] })).toEqual(['wolf']);
    expect(() => rivalPairs({ name: 'cats', classes: ['cat', 'dog'] })).toThrow(
      /cats tells none .* dog and wolf, or bee and ant/,
    );
    const kinds = [...rivalScenes(network, few)].map((one) => one.kinds.join());
    expect(kinds).toEqual(['dog,wolf', 'bee,ant', 'dog,wolf', 'bee,ant']);
  });

  it('are covered exactly where the animal is', () => {
    const covered = paintKind(scene, 'wolf');
    const wolf = scene.objects.find(({ kind }) => kind === 'wolf')!;
    for (let i = 0; i < wolf.mask.length; i++) {
      const pixel = [...covered.pixels.subarray(3 * i, 3 * i + 3)];
      expect(pixel).toEqual(wolf.mask[i]! > 0 ? [0, 0, 0] : [...scene.image.pixels.subarray(3 * i, 3 * i + 3)]);
    }
    expect(covered.sha256).not.toBe(scene.image.sha256);
  });

  it('have masks that follow the network’s crop', () => {
    // A crop of the middle 40 columns at twice the size.
    const network = { ...fair, preprocessing: { ...fair.preprocessing, resize: 80, crop: [80, 80] as const } };
    const { mask, width, height } = maskInInput(network, scene, ['dog']);
    const dog = scene.objects.find(({ kind }) => kind === 'dog')!;
    expect([width, height]).toEqual([80, 80]);
    for (const [x, y] of [
      [0, 0],
      [40, 40],
      [79, 50],
      [12, 66],
    ] as const) {
      expect(mask[y * 80 + x]).toBe(dog.mask[Math.floor(y / 2) * 60 + 10 + Math.floor(x / 2)]);
    }
    expect(objectMasks(network, scene, 'bee')).toEqual([]);
  });

  it('count a point within the tolerance as a hit', () => {
    const mask = { width: 9, height: 7, mask: new Uint8Array(63) };
    mask.mask[3 * 9 + 4] = 255;
    expect([hits(mask, 4, 3, 0), hits(mask, 6, 3, 2), hits(mask, 7, 3, 2), hits(mask, 6, 5, 2)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('rivalEffect', () => {
  it('compares the same two animals of every scene, and leaves no tensor behind', async () => {
    const before = passingTensors();
    const { cases, withoutRival, raised, lowered, classes } = await rivalEffect(fair, few);
    expect(cases).toHaveLength(8);
    const mean = cases.reduce((sum, one) => sum + one.withoutRival - one.clean, 0) / 8;
    expect(withoutRival.value).toBeCloseTo(mean, 10);
    // Two cases of a scene count once.
    expect([withoutRival.count, raised.count]).toEqual([4, 4]);
    expect(raised.value).toBe(cases.filter((one) => one.withoutRival > one.clean).length / 8);
    expect(lowered.value).toBe(cases.filter((one) => one.withoutRival < one.clean).length / 8);
    expect(classes.map(({ label, withoutRival }) => [label, withoutRival.count])).toEqual([
      ['dog', 4],
      ['wolf', 4],
    ]);
    // One logit: what the dog gains the wolf loses, in the same picture.
    for (let i = 0; i < 8; i += 2) {
      expect(cases[i]!.clean + cases[i + 1]!.clean).toBeCloseTo(1, 5);
      expect(cases[i]!.withoutRival + cases[i + 1]!.withoutTarget).toBeCloseTo(1, 5);
    }
    expect(passingTensors()).toBe(before);
  });

  it('draws the scene again: a network that reads the brightness sees the background where the rival was', async () => {
    // Says dog by how bright the whole picture is.
    const weights = new Float32Array(128 * 128 * 3).fill(-0.00001);
    const network = {
      ...linearNetwork([128, 128], Float32Array.from([...weights.map((one) => -one), ...weights]), [0, 0]),
      classes: ['dog', 'wolf'],
    };
    const { cases } = await rivalEffect(network, { scenes: 2, seed: 1 });
    const [first] = [...rivalScenes(network, { scenes: 2, seed: 1 })];
    const mean = ({ pixels }: { pixels: Uint8Array }) => pixels.reduce((sum, value) => sum + value, 0);
    const drawnAgain = drawScene(keepObjects(first!.scene.spec, ({ kind }) => kind !== 'wolf')).image;
    const lighter = mean(drawnAgain) > mean(first!.scene.image);
    const dog = cases.find(({ target }) => target === 'dog')!;
    expect(dog.withoutRival > dog.clean).toBe(lighter);
    expect(dog.painted.black).toBeLessThan(dog.clean);
    expect(dog.painted.black).toBeLessThan(dog.painted.grey);
  });

  it('counts a scene once, and a class by itself', () => {
    const one = (scene: string, target: string, withoutRival: number): RivalCase => ({
      scene,
      target,
      clean: 0.5,
      withoutRival,
      withoutTarget: 0.25,
      painted: { black: 0.25, grey: 0.5, 'mean colour': 0.75 },
    });
    const cases = [one('a', 'dog', 1), one('a', 'wolf', 0.25), one('b', 'dog', 1), one('b', 'wolf', 0.5)];
    const { withoutRival, painted, classes, raised, lowered } = rivalEffectOf(cases, ['dog', 'wolf', 'bee']);
    expect(withoutRival).toMatchObject({ value: 0.1875, count: 2 });
    expect(paints.map((paint) => painted[paint].value)).toEqual([-0.25, 0, 0.25]);
    expect(classes.map(({ label, withoutRival }) => [label, withoutRival.value])).toEqual([
      ['dog', 0.5],
      ['wolf', -0.125],
    ]);
    expect([raised.value, lowered.value]).toEqual([0.5, 0.25]);
  });
});

describe('camPointing', () => {
  it('sorts every case into one bin and counts hits', async () => {
    const before = passingTensors();
    const result = await camPointing(fair, few);
    const { cases, bins, own, centre, tolerance, gain, other, beyondOther, classes, point } = result;
    expect(cases).toHaveLength(8);
    expect(bins.reduce((sum, bin) => sum + bin.cases, 0)).toBe(8);
    expect(bins.every((bin) => (bin.cases === 0) === (bin.shares === null))).toBe(true);
    expect(own.value).toBe(cases.filter((one) => one.own).length / 8);
    expect(centre.count).toBe(4);
    expect(gain.value).toBeCloseTo(own.value - centre.value, 12);
    expect(beyondOther.value).toBeCloseTo(own.value - other.value, 12);
    expect(classes.map(({ label, own }) => [label, own.count])).toEqual([
      ['dog', 4],
      ['wolf', 4],
    ]);
    // A point hits an animal from more places than the animal covers.
    const covered = [...rivalScenes(fair, few)].flatMap(({ scene }) =>
      scene.objects.map(({ area }) => area / 128 / 128),
    );
    expect(point.value).toBeGreaterThan(covered.reduce((sum, area) => sum + area, 0) / 8);
    expect(tolerance).toBe(9);
    expect(await camPointing(fair, few)).toEqual(result);
    expect(passingTensors()).toBe(before);
  });
});

describe('pointingChance', () => {
  it('is what camPointing says of the centre and of a point at random', async () => {
    const sample = { ...few, size: 160 };
    const { centre, point, tolerance } = await camPointing(fair, sample);
    expect(await pointingChance(fair, sample)).toEqual({ centre, point, tolerance });
  });
});

describe('pointingOf', () => {
  const one = (scene: string, probability: number, own: boolean, centre = false): PointingCase => ({
    scene,
    target: 'dog',
    probability,
    rivalProbability: 0.1,
    own,
    other: !own,
    centre,
    point: 0.25,
  });

  it('counts a scene once, in all and by the ratio of the scores', () => {
    const cases = [one('a', 0.001, true), one('a', 0.7, false), one('b', 0.005, true, true), one('b', 1, true)];
    const { own, gain, beyondOther, beyondPoint, bins } = pointingOf(cases, ['dog', 'wolf']);
    expect([own.value, own.count, gain.value]).toEqual([0.75, 2, 0.5]);
    expect([beyondOther.value, beyondPoint.value]).toEqual([0.5, 0.5]);
    expect(bins.map(({ cases, shares }) => [cases, shares?.own.count ?? 0, shares?.own.value])).toEqual([
      [2, 2, 1],
      [0, 0, undefined],
      [1, 1, 0],
      [1, 1, 1],
    ]);
    expect(bins[0]!.shares!.gain.value).toBe(0.5);
  });

  it('finds nothing in a map that is the same for both classes', () => {
    // Its peak lies on one of the two animals, whichever is asked for.
    const cases = ['a', 'b', 'c'].flatMap((scene) => [one(scene, 0.5, true), { ...one(scene, 0.5, false) }]);
    expect(pointingOf(cases, ['dog']).beyondOther.value).toBe(0);
  });
});

describe('unevenPointing', () => {
  /** Holds every picture for a wolf, twenty times as probable as a dog; its map of the dog is the picture's green. */
  const always = networkOf(
    [
      { name: 'input', operation: { kind: 'input' }, inputs: [] },
      { name: 'avgpool', operation: { kind: 'globalAvgPool' }, inputs: ['input'] },
      { name: 'fc', operation: { kind: 'dense', units: 1, bias: true }, inputs: ['avgpool'] },
    ],
    [128, 128, 3],
    new Map([
      ['fc.weight', { shape: [1, 3], values: new Float32Array([0, -0.001, 0]) }],
      ['fc.bias', { shape: [1], values: new Float32Array([3]) }],
    ]),
    { output: 'sigmoid', classes: ['dog', 'wolf'], camNode: 'input' },
  );

  it('measures scenes in which the network itself holds one class for far less probable, and the same again', async () => {
    const before = passingTensors();
    const result = await unevenPointing(always, { scenes: 4, seed: 1 });
    const { weaker, stronger, cases, candidates, ratio } = result;
    // Two dogs as asked; a wolf is never the less probable one, however long it is looked for.
    expect(weaker!.classes.map(({ label, own }) => [label, own.count])).toEqual([['dog', 2]]);
    expect([weaker!.own.count, stronger!.own.count, cases.length, candidates]).toEqual([2, 2, 4, 48]);
    for (const { target, probability, rivalProbability } of cases) {
      const uneven = target === 'dog' ? rivalProbability / probability : probability / rivalProbability;
      expect(uneven).toBeGreaterThanOrEqual(ratio);
    }
    expect(await unevenPointing(always, { scenes: 4, seed: 1 })).toEqual(result);
    expect(passingTensors()).toBe(before);
  });

  it('draws the smaller animal down to a quarter, and the other as it is', () => {
    for (const i of [0, 1, 2, 3]) {
      const { spec, smaller, kinds } = unevenSpec(always, { scenes: 4, seed: 1 }, i);
      expect(kinds).toEqual(['dog', 'wolf']);
      expect(smaller).toBe(kinds[i % 2]);
      const seed = mixSeeds(evaluationSeed('uneven', 1), i);
      const usual = competingScene(kinds, { seed, width: 128, height: 128 });
      spec.objects.forEach((object, at) => {
        const share = object.size / usual.objects[at]!.size;
        if (object.kind === smaller) {
          expect(share).toBeLessThan(1);
          expect(share).toBeGreaterThanOrEqual(0.25);
        } else expect(share).toBe(1);
      });
    }
  });

  it('has nothing to measure where the scores never are uneven', async () => {
    const even = {
      ...linearNetwork([128, 128], new Float32Array(2 * 128 * 128 * 3), [0, 0]),
      classes: ['dog', 'wolf'],
    };
    const { weaker, stronger, candidates, cases } = await unevenPointing(even, { scenes: 2, seed: 1 });
    expect([weaker, stronger, candidates, cases]).toEqual([null, null, 24, []]);
  });
});

describe('reachOf', () => {
  it('has every point from which there is a hit, and no other', () => {
    const mask = { width: 19, height: 13, mask: new Uint8Array(19 * 13) };
    for (const at of [0, 5 * 19 + 9, 12 * 19 + 18]) mask.mask[at] = 255;
    for (const tolerance of [0, 1, 4]) {
      const reach = reachOf(mask, tolerance);
      const expected = Array.from({ length: 19 * 13 }, (_, i) => hits(mask, i % 19, Math.floor(i / 19), tolerance));
      expect([...reach.mask].map((inside) => inside > 0)).toEqual(expected);
      expect(areaShare(reach)).toBeCloseTo(expected.filter(Boolean).length / expected.length, 12);
    }
  });
});

describe('camInstances', () => {
  it('gives a share for one to six animals; an untrained network finds fewer at a higher threshold', async () => {
    const untrained = { ...seededNetwork('tiny-resnet', 2, [64, 64, 3], 3), classes: ['dog', 'wolf'] };
    const loose = await camInstances(untrained, few, { least: 0.05 });
    const strict = await camInstances(untrained, few, { least: 0.99 });
    expect(loose.counts.map(({ animals }) => animals)).toEqual([1, 2, 3, 4, 5, 6]);
    const sum = ({ counts }: typeof loose) => counts.reduce((total, { found }) => total + found.value, 0);
    expect(sum(strict)).toBeLessThanOrEqual(sum(loose));
    for (const { found, points, boxes, pictures } of loose.counts) {
      expect(found.value).toBeGreaterThanOrEqual(found.low);
      // Boxes around the animals are hit more often than the picture, by chance too.
      if (pictures.some(({ peaks }) => peaks > 0)) expect(boxes.found.value).toBeGreaterThan(points.found.value);
    }
    expect(loose.missed.value).toBeCloseTo(loose.counts[0]!.found.value - loose.counts[5]!.found.value, 12);
  });

  it('shows the same animals at the same places and sizes, however many there are', () => {
    for (const i of [0, 1, 2]) {
      const specs = [1, 2, 3, 4, 5, 6].map((animals) => instancesSpec('wolf', animals, { seed: 1 }, i));
      specs.forEach((spec, k) => {
        expect(spec.objects).toHaveLength(k + 1);
        expect(spec.background).toEqual(specs[5]!.background);
        for (const object of spec.objects) expect(specs[5]!.objects).toContainEqual(object);
        if (k > 0) for (const object of specs[k - 1]!.objects) expect(spec.objects).toContainEqual(object);
      });
    }
    // Which of the six stays is drawn by lot.
    const alone = Array.from({ length: 12 }, (_, i) => {
      const all = instancesSpec('wolf', 6, { seed: 1 }, i).objects;
      const [one] = instancesSpec('wolf', 1, { seed: 1 }, i).objects;
      return all.findIndex(({ seed }) => seed === one!.seed);
    });
    expect(new Set(alone).size).toBeGreaterThan(2);
  });

  it('pairs the pictures of a scene, kind by kind too', () => {
    const picture = (scene: number, kind: 'dog' | 'wolf', animals: number, share: number): InstancesPicture => ({
      scene,
      kind,
      animals,
      found: share,
      onAnimals: 1,
      peaks: 1,
      points: { found: 0.25, onAnimals: 0.5 },
      boxes: { found: 1 / animals, onAnimals: 0.5 },
    });
    const { missed, missedByBoxes, classes, counts } = instancesOf([
      picture(0, 'dog', 1, 1),
      picture(0, 'dog', 2, 0.5),
      picture(1, 'wolf', 1, 1),
      picture(1, 'wolf', 2, 1),
    ]);
    expect([missed.value, missed.count, missedByBoxes.value]).toEqual([0.25, 2, 0.5]);
    expect(classes.map(({ label, missed }) => [label, missed.value])).toEqual([
      ['dog', 0.5],
      ['wolf', 0],
    ]);
    expect(counts.map(({ beyondBoxes }) => beyondBoxes.value)).toEqual([0, 0.25]);
  });

  it('gives the chance that as many peaks placed at random hit: of one peak over the picture, the animals’ mean reach', async () => {
    // A map of one peak, at the upper left corner.
    const explain: MapOptions['explain'] = async (network, photo, options) => {
      const map = await cam(network, photo, options);
      return { ...map, values: map.values.map((_, i) => Number(i === 0)) };
    };
    const { counts, tolerance } = await camInstances(fair, { scenes: 2, seed: 1 }, { explain });
    for (const { animals, pictures } of counts) {
      pictures.forEach((picture, i) => {
        const scene = drawScene(instancesSpec(picture.kind, animals, { seed: 1 }, i));
        const reaches = objectMasks(fair, scene, picture.kind).map((mask) => reachOf(mask, tolerance));
        expect(picture.peaks).toBe(1);
        const mean = reaches.reduce((sum, reach) => sum + areaShare(reach), 0) / reaches.length;
        expect(picture.points.found).toBeCloseTo(mean, 12);
      });
    }
  });
});

describe('boxesOf', () => {
  it('is the smallest rectangle around each mask', () => {
    const [one, two] = [0, 0].map(() => ({ width: 8, height: 6, mask: new Uint8Array(48) }));
    for (const at of [8 + 1, 3 * 8 + 2]) one!.mask[at] = 255;
    two!.mask[47] = 255;
    const inside = [...boxesOf([one!, two!]).mask].flatMap((value, at) => (value > 0 ? [at] : []));
    expect(inside).toEqual([9, 10, 17, 18, 25, 26, 47]);
  });
});
