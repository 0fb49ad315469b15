import { describe, expect, it } from 'vitest';
import { counterfactuals, partsOf, withoutObject, withoutPart, withRival } from '../../src/scenes/counterfactuals';
import { sceneMasks } from '../../src/scenes/masks';
import { randomScene } from '../../src/scenes/random-scene';
import { drawScene } from '../../src/scenes/scene';
import { animalKinds, isAnimal, type ObjectSpec, type SceneSpec } from '../../src/scenes/spec';

const size = { width: 96, height: 96 };
const scenes = animalKinds.flatMap((kind) =>
  [3, 4, 5].map((seed) => randomScene({ seed, kinds: [kind], distraction: 0, ...size })),
);

/** Pixels, as places, in which two scenes differ by more than `least` in a channel. */
function changed(a: SceneSpec, b: SceneSpec, least = 0): number[] {
  const [one, other] = [drawScene(a).image.pixels, drawScene(b).image.pixels];
  return [...Array(one.length / 3).keys()].filter((i) =>
    [0, 1, 2].some((channel) => Math.abs(one[3 * i + channel]! - other[3 * i + channel]!) > least),
  );
}

/** The headless animal, whose ears are left out by name too. */
const withEars = ({ objects }: SceneSpec) => ({ ...objects[0]!, without: ['head', 'ears'] }) as ObjectSpec;

/** Whether a pixel or one of its neighbours, up to `reach` px away, lies in a mask. */
const near = (mask: Uint8Array, i: number, reach: number) => {
  const [x, y] = [i % size.width, Math.floor(i / size.width)];
  for (let v = Math.max(0, y - reach); v <= Math.min(size.height - 1, y + reach); v++)
    for (let u = Math.max(0, x - reach); u <= Math.min(size.width - 1, x + reach); u++)
      if (mask[v * size.width + u]! > 0) return true;
  return false;
};

describe('a scene drawn again', () => {
  it('without an object is the background where the object, its shadow and its cover were, and the same elsewhere', () => {
    for (const spec of scenes) {
      const [{ mask, shadow }] = sceneMasks(spec) as [ReturnType<typeof sceneMasks>[number]];
      const places = changed(spec, withoutObject(spec, 0), 16);
      expect(places.length).toBeGreaterThan(100);
      const outside = places.filter((i) => !near(mask, i, 3) && !near(shadow, i, 3));
      // Grass and snow over the feet reach a little beyond both.
      expect(outside.length).toBeLessThan(0.08 * places.length + 30);
    }
  });

  it('without a part changes that part, and next to nothing else', () => {
    for (const spec of scenes) {
      const masks = new Map(sceneMasks(spec)[0]!.parts.map(({ part, mask }) => [part, mask]));
      for (const part of partsOf(spec.objects[0]!)) {
        const places = changed(spec, withoutPart(spec, 0, part), 8);
        // Ears and muzzle go with the head; grass and snow with the legs.
        const own = part === 'head' ? ['head', 'ears', 'muzzle'] : [part];
        const outside = places.filter(
          (i) => !own.some((one) => masks.has(one as 'head') && near(masks.get(one as 'head')!, i, 3)),
        );
        const cover = part === 'legs' ? 200 : 0;
        expect(outside.length, `${spec.objects[0]!.kind} ${spec.name} without ${part}`).toBeLessThan(
          0.1 * places.length + 12 + cover,
        );
      }
    }
  });

  it('without the tail keeps every other hair as it was', () => {
    for (const set of [1, 2] as const)
      for (const seed of [1, 2, 3, 4]) {
        const spec = randomScene({ seed, kinds: ['wolf'], distraction: 0, set, ...size });
        const { mask } = sceneMasks(spec)[0]!.parts.find(({ part }) => part === 'tail')!;
        // Hairs of one colour are filled together: without the tail's, a few pixels are rounded by 1 or 2 elsewhere.
        const places = changed(spec, withoutPart(spec, 0, 'tail'), 2);
        expect(places.length).toBeGreaterThan(20);
        // Thin hairs, up to 7 px long here, stand out of the mask.
        expect(places.filter((i) => !near(mask, i, 8))).toEqual([]);
      }
  });

  it('without its head has neither ears nor muzzle, and nothing is left out twice', () => {
    const spec = randomScene({ seed: 3, kinds: ['dog'], distraction: 0, ...size });
    const headless = withoutPart(spec, 0, 'head');
    expect(partsOf(headless.objects[0]!)).toEqual(['body', 'legs', 'tail']);
    expect(
      sceneMasks(headless)[0]!
        .parts.map(({ part }) => part)
        .sort(),
    ).toEqual(['body', 'legs', 'tail']);
    expect(drawScene({ ...headless, objects: [withEars(headless)] }).image.sha256).toBe(
      drawScene(headless).image.sha256,
    );
    expect(() => withoutPart(headless, 0, 'ears')).toThrow('ears (allowed: body, legs, tail)');
    expect(counterfactuals(headless).map(({ name }) => name)).not.toContain('without-0-muzzle');
    const nothing = ['body', 'legs', 'tail'].reduce((one, part) => withoutPart(one, 0, part as 'body'), headless);
    expect(drawScene(nothing).objects[0]).toMatchObject({ area: 0, box: null });
    expect(sceneMasks(nothing)[0]).toMatchObject({ area: 0, visible: 0, parts: [] });
  });

  it('draws whole animals as if nothing could be left out', () => {
    for (const spec of scenes) {
      const objects = spec.objects.map((object) => ({ ...object, without: [] }) as ObjectSpec);
      expect(drawScene({ ...spec, objects }).image.sha256).toBe(drawScene(spec).image.sha256);
    }
  });

  it('with the rival has the same silhouette, and other colours', () => {
    for (const spec of scenes) {
      const rival = withRival(spec, 0);
      const [one, other] = [drawScene(spec), drawScene(rival)];
      const different = one.objects[0]!.mask.filter((value, i) => value !== other.objects[0]!.mask[i]).length;
      expect(different).toBeLessThan(0.02 * one.objects[0]!.area + 2);
      expect(changed(spec, rival, 24).length).toBeGreaterThan(0.15 * one.objects[0]!.area);
      expect(withRival(rival, 0)).toEqual(spec);
    }
  });

  it('lists everything that can be changed, by names without the class', () => {
    const spec = randomScene({ seed: 2, kinds: ['wolf'], distraction: 1, blur: 1, ...size });
    const names = counterfactuals(spec).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const animal = spec.objects.findIndex(isAnimal);
    expect(names).toEqual(
      expect.arrayContaining([
        'without-0',
        'without-1',
        `without-${animal}-tail`,
        `rival-${animal}`,
        'without-blur',
        'empty',
      ]),
    );
    expect(names.filter((name) => name.startsWith('on-'))).toHaveLength(5);
    const first = counterfactuals(randomScene({ seed: 2, kinds: ['bee'], distraction: 0, set: 1 }));
    expect(first.map(({ name }) => name)).toEqual(expect.arrayContaining(['without-0', 'on-room', 'empty']));
    expect(first.some(({ name }) => name.startsWith('rival'))).toBe(false);
  });

  it('says what is allowed', () => {
    const spec = randomScene({ seed: 2, kinds: ['wolf'], distraction: 1, distractors: ['ball'], ...size });
    const [animal, ball] = [spec.objects.findIndex(isAnimal), spec.objects.findIndex((one) => one.kind === 'ball')];
    expect(() => withoutObject(spec, 7)).toThrow('no object 7 (the scene has 2)');
    expect(() => withoutPart(spec, ball, 'head')).toThrow(
      'unknown part of a ball: head (it has none that can be left out)',
    );
    expect(() => withoutPart(spec, animal, 'wings')).toThrow(/unknown part of a wolf: wings \(allowed: body, legs/);
    expect(() => withRival(spec, ball)).toThrow('a ball has no rival');
    expect(() => withRival(randomScene({ seed: 2, set: 1, distraction: 0 }), 0)).toThrow('of the first set');
  });
});
