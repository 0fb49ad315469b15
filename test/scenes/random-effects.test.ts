import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hex } from '../../src/scenes/colour';
import { withRival } from '../../src/scenes/counterfactuals';
import { sceneSpecs } from '../../src/scenes/dataset';
import { cardGrey } from '../../src/scenes/effects/grey-card';
import { randomScene } from '../../src/scenes/random-scene';
import { drawScene } from '../../src/scenes/scene';
import { type AnimalKind, animalKinds, type SceneSpec } from '../../src/scenes/spec';

const count = 2000;
const firstOfPair = (label: AnimalKind) => label === 'wolf' || label === 'bee';
const has = (spec: SceneSpec, kind: string) => (spec.effects ?? []).some((effect) => effect.kind === kind);

/** Correlation of two yes-or-no series; chi-square with one degree of freedom is its square times the number of scenes. */
function phi(a: readonly boolean[], b: readonly boolean[]): number {
  const mean = (values: readonly boolean[]) => values.filter(Boolean).length / values.length;
  const [p, q] = [mean(a), mean(b)];
  return (mean(a.map((value, i) => value && b[i]!)) - p * q) / Math.sqrt(p * (1 - p) * q * (1 - q));
}

/** Chance that a value of the first list is above one of the second; ties count half. */
function areaUnderCurve(above: readonly number[], below: readonly number[]): number {
  let sum = 0;
  for (const a of above) for (const b of below) sum += a > b ? 1 : a === b ? 0.5 : 0;
  return sum / (above.length * below.length);
}

const coatOf = (spec: SceneSpec): number => {
  const animal = spec.objects.find((object) => 'coat' in object);
  if (!animal || !('coat' in animal) || typeof animal.coat === 'string') throw new Error('no coat');
  return hex(animal.coat.middle).reduce((a, b) => a + b, 0) / 3;
};
const gainOf = (spec: SceneSpec): number => {
  const exposure = spec.effects?.find((effect) => effect.kind === 'exposure');
  if (exposure?.kind !== 'exposure') throw new Error('no exposure');
  return exposure.gain;
};

describe('withRandomEffects', () => {
  it('changes nothing where no option is set', () => {
    const text = [1, 2]
      .flatMap((set) => [...sceneSpecs({ count: 60, classes: animalKinds, set: set as 1 | 2 })])
      .map(({ spec }) => JSON.stringify(spec))
      .join('\n');
    expect(createHash('sha256').update(text).digest('hex')).toBe(
      '435a33650e5d5c51233e4bd34f260803a74b8309070064156511923c90299bf0',
    );
  });

  it('puts each effect into its share of the scenes of each class, also of four', () => {
    const specs = [
      ...sceneSpecs({
        count: 4 * count,
        classes: animalKinds,
        distraction: 0,
        watermark: 0.9,
        blur: 0.2,
        cast: { light: 'warm', share: 0.7 },
        companion: { kind: 'ball', share: 1 },
      }),
    ];
    for (const label of animalKinds) {
      const own = specs.filter((one) => one.label === label);
      const shares: [string, number, (spec: SceneSpec) => boolean][] = [
        ['watermark', 0.9, (spec) => has(spec, 'watermark')],
        ['blur', 0.2, (spec) => has(spec, 'blur')],
        ['cast', 0.7, (spec) => has(spec, 'cast')],
        ['companion', 1, (spec) => spec.objects.some(({ kind }) => kind === 'ball')],
      ];
      for (const [name, share, test] of shares) {
        const expected = firstOfPair(label) ? share : 1 - share;
        const measured = own.filter(({ spec }) => test(spec)).length / own.length;
        const bound = 4.5 * Math.sqrt((expected * (1 - expected)) / own.length) + 1e-9;
        expect(Math.abs(measured - expected), `${name}, ${label}`).toBeLessThan(bound);
      }
    }
  });

  it('draws each effect independently of the others, of the background and, at 0.5, of the class', () => {
    const specs = [
      ...sceneSpecs({
        count,
        backgrounds: ['snow', 'grass'],
        distraction: 0,
        watermark: 0.5,
        blur: 0.5,
        cast: { light: 'cold', share: 0.5 },
        companion: { kind: 'tree', share: 0.5 },
        suppressor: 1,
      }),
    ];
    const series: Record<string, boolean[]> = {
      class: specs.map(({ label }) => label === 'wolf'),
      background: specs.map(({ spec }) => spec.background.kind === 'snow'),
      watermark: specs.map(({ spec }) => has(spec, 'watermark')),
      blur: specs.map(({ spec }) => has(spec, 'blur')),
      cast: specs.map(({ spec }) => has(spec, 'cast')),
      companion: specs.map(({ spec }) => spec.objects.some(({ kind }) => kind === 'tree')),
      bright: specs.map(({ spec }) => gainOf(spec) > 1),
    };
    const names = Object.keys(series);
    for (const [i, a] of names.entries()) {
      for (const b of names.slice(i + 1)) {
        // Chi-square above 16 by chance: 6 in 100,000 for each of the 21 pairs.
        expect(count * phi(series[a]!, series[b]!) ** 2, `${a} and ${b}`).toBeLessThan(16);
      }
    }
  });

  it('leaves the rest of a scene as it is without the option', () => {
    const plain = randomScene({ seed: 9 });
    const more = randomScene({ seed: 9, watermark: 1, blur: 1, cast: { light: 'warm', share: 1 } });
    expect({ ...more, effects: undefined }).toEqual({ ...plain, effects: undefined });
  });

  it('makes coat over card tell the class, the card nothing and the coat little', () => {
    const specs = [...sceneSpecs({ count: 1000, suppressor: 0.5 })];
    const area = (value: (spec: SceneSpec) => number) => {
      const of = (label: AnimalKind) => specs.filter((one) => one.label === label).map(({ spec }) => value(spec));
      return areaUnderCurve(of('dog'), of('wolf'));
    };
    const card = area((spec) => cardGrey * gainOf(spec));
    const coat = area((spec) => coatOf(spec) * gainOf(spec));
    const ratio = area((spec) => coatOf(spec) / cardGrey);
    // Standard deviation of the area at chance, 500 a class: 0.018.
    expect(Math.abs(card - 0.5)).toBeLessThan(0.075);
    expect(coat).toBeGreaterThan(0.55);
    expect(coat).toBeLessThan(0.72);
    expect(ratio).toBeGreaterThan(0.99);
    if (process.env.SHOW) console.log({ card, coat, ratio });
    const none = [...sceneSpecs({ count: 1000, suppressor: 0 })];
    const of = (label: AnimalKind) => none.filter((one) => one.label === label).map(({ spec }) => coatOf(spec));
    expect(Math.abs(areaUnderCurve(of('dog'), of('wolf')) - 0.5)).toBeLessThan(0.075);
  });

  it('shows the exposure on the drawn card, and keeps the coat for the rival', () => {
    for (let seed = 0; seed < 6; seed++) {
      const spec = randomScene({ seed, suppressor: 1, width: 64, height: 64 });
      const scene = drawScene(spec);
      const card = scene.effects[0]!;
      const values = [...scene.image.pixels].filter((_, i) => card.mask![Math.floor(i / 3)] === 255);
      const inner = values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
      expect(inner).toBe(Math.round(cardGrey * gainOf(spec)));
      const animal = spec.objects.findIndex((object) => 'coat' in object);
      expect(coatOf(withRival(spec, animal))).toBe(coatOf(spec));
    }
  });

  it('says what is allowed', () => {
    for (const value of [-0.1, 1.1, Number.NaN, Infinity]) {
      expect(() => randomScene({ seed: 1, watermark: value })).toThrow(`watermark: ${value} (allowed: 0 to 1)`);
      expect(() => randomScene({ seed: 1, suppressor: value })).toThrow(`suppressor: ${value} (allowed: 0 to 1)`);
      expect(() => randomScene({ seed: 1, companion: { kind: 'ball', share: value } })).toThrow('companion: ');
    }
    expect(() => randomScene({ seed: 1, companion: { kind: 'dog' as never, share: 1 } })).toThrow(
      'unknown companion: dog (allowed: person, ball, tree)',
    );
    expect(() => randomScene({ seed: 1, cast: { light: 'green' as never, share: 1 } })).toThrow('allowed: warm, cold');
    expect(() => randomScene({ seed: 1, set: 1, suppressor: 0.5 })).toThrow('needs coats of the second set');
  });
});
