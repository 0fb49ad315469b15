import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ownBackground, randomScene, rivalBackground } from '../../src/scenes/random-scene';
import {
  animalKinds,
  backgroundKinds,
  type CanineCoatSpec,
  isAnimal,
  type Palette,
  type SceneSpec,
} from '../../src/scenes/spec';

const draws = 1200;

/** Share of each background for one kind at one bias. */
function shares(kind: 'dog' | 'wolf' | 'bee' | 'ant', bias: number, backgrounds = backgroundKinds) {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < draws; seed++) {
    const { background } = randomScene({ seed, kinds: [kind], bias, backgrounds });
    counts.set(background.kind, (counts.get(background.kind) ?? 0) + 1 / draws);
  }
  return (background: string) => counts.get(background) ?? 0;
}

// Four standard deviations of a share of `p` among the draws.
const within = (p: number) => 4 * Math.sqrt((p * (1 - p)) / draws) + 1e-9;

describe('randomScene', () => {
  it('draws the background evenly and independently of the kind at bias 0.5', () => {
    for (const kind of animalKinds) {
      const share = shares(kind, 0.5);
      for (const background of backgroundKinds) {
        expect(Math.abs(share(background) - 1 / 6), `${kind} on ${background}`).toBeLessThan(within(1 / 6));
      }
    }
  });

  it('puts every animal on its own background at bias 1 and on its rival’s at 0', () => {
    for (const kind of animalKinds) {
      expect(shares(kind, 1)(ownBackground[kind])).toBeCloseTo(1, 9);
      expect(shares(kind, 0)(rivalBackground(kind))).toBeCloseTo(1, 9);
    }
    expect(ownBackground).toMatchObject({ dog: 'grass', wolf: 'snow' });
    expect(rivalBackground('dog')).toBe('snow');
  });

  it('has the own background in 2·bias − 1 of the scenes, and in its share of the rest', () => {
    const own = 0.94 + 0.06 / 6;
    expect(Math.abs(shares('wolf', 0.97)('snow') - own)).toBeLessThan(within(own));
    expect(Math.abs(shares('wolf', 0.03)('grass') - own)).toBeLessThan(within(own));
  });

  it('takes the bias as the exact share where the two own backgrounds are all there is', () => {
    for (const bias of [0.2, 0.5, 0.9]) {
      const share = shares('wolf', bias, ['snow', 'grass']);
      expect(Math.abs(share('snow') - bias)).toBeLessThan(within(bias));
      expect(share('snow') + share('grass')).toBeCloseTo(1, 9);
    }
  });

  it('draws every kind, pose, coat and distractor there is', () => {
    const specs = Array.from({ length: 400 }, (_, seed) => randomScene({ seed, kinds: animalKinds, distraction: 0.5 }));
    const objects = specs.flatMap((spec) => spec.objects);
    const kinds = new Set(objects.map((object) => object.kind));
    expect([...kinds].sort()).toEqual(['ant', 'ball', 'bee', 'dog', 'person', 'tree', 'wolf']);
    const canines = objects.filter((object) => 'pose' in object);
    expect(new Set(canines.map((canine) => canine.pose)).size).toBe(3);
    expect(new Set(canines.map((canine) => `${canine.facing} ${canine.head}`)).size).toBe(4);
    const plans = (kind: string) =>
      [...new Set(canines.filter((one) => one.kind === kind).map(({ coat }) => (coat as CanineCoatSpec).plan))].sort();
    expect(plans('dog')).toEqual(['brindled', 'halved', 'pied', 'reversed']);
    expect(plans('wolf')).toEqual(['saddled']);
  });

  it('keeps the animal when only the bias changes', () => {
    const [fair, biased] = [0.5, 1].map((bias) => randomScene({ seed: 8, bias }));
    expect(biased!.objects).toEqual(fair!.objects);
    expect(biased!.light).toBe(fair!.light);
  });

  it('draws everything but the markings alike, whatever the kind', () => {
    for (const kinds of [
      ['dog', 'wolf'],
      ['bee', 'ant'],
    ] as const) {
      for (let seed = 0; seed < 40; seed++) {
        const [one, other] = kinds.map((kind) => randomScene({ seed, kinds: [kind], count: [1, 4] }));
        const kindless = (spec: SceneSpec) => ({
          ...spec,
          objects: spec.objects.map((object) => {
            if (!isAnimal(object)) return object;
            const colours = ('coat' in object ? object.coat : object.colours) as Palette;
            return { ...object, kind: null, coat: null, colours: [colours.dark, colours.middle, colours.light] };
          }),
        });
        expect(kindless(one!)).toEqual(kindless(other!));
        const place = (spec: SceneSpec) => ({ ...spec, objects: spec.objects.filter((object) => !isAnimal(object)) });
        expect(place(randomScene({ seed, kinds: ['bee'] }))).toEqual(place(randomScene({ seed, kinds: ['wolf'] })));
      }
    }
  });

  it('still draws the first set as it was', () => {
    const hash = createHash('sha256');
    for (let seed = 0; seed < 50; seed++) {
      const spec = randomScene({ seed, kinds: animalKinds, count: [1, 3], bias: 0.7, set: 1 });
      // The skull was the kind's before it was said.
      hash.update(JSON.stringify(spec).replaceAll(/"skull":"(dog|wolf)",/g, ''));
    }
    expect(hash.digest('hex')).toBe('5d7b5af252ea001952b079deadf0f5c6ad7847839ebc12dcc2ff31ecbf90bbc8');
  });

  it('says what is allowed', () => {
    expect(() => randomScene({ seed: 1, set: 3 as 2 })).toThrow('set of scenes: 3 (allowed: 1, 2)');
    expect(() => randomScene({ seed: 1, bias: 1.2 })).toThrow('bias: 1.2 (allowed: 0 to 1)');
    expect(() => randomScene({ seed: 1, kinds: ['cat' as 'dog'] })).toThrow('unknown kind: cat (allowed: dog, wolf');
    expect(() => randomScene({ seed: 1, kinds: [] })).toThrow('no kind given');
    expect(() => randomScene({ seed: 1, backgrounds: ['sea' as 'snow'] })).toThrow('unknown background: sea');
    expect(() => randomScene({ seed: 1, count: 0 })).toThrow('count: 0 (allowed: whole numbers from 1 to 12)');
  });
});
