import { describe, expect, it } from 'vitest';
import { sceneMasks } from '../../src/scenes/masks';
import { randomScene } from '../../src/scenes/random-scene';
import { drawScene } from '../../src/scenes/scene';
import { animalKinds, isAnimal, type SceneSpec } from '../../src/scenes/spec';

const size = { width: 96, height: 96 };
const count = (mask: Uint8Array) => mask.filter((value) => value > 0).length;

describe('sceneMasks', () => {
  const scenes = [
    ...animalKinds.flatMap((kind) =>
      [3, 4].map((seed) => randomScene({ seed, kinds: [kind], distraction: 0, ...size })),
    ),
    randomScene({ seed: 1, kinds: ['wolf'], count: 3, distraction: 1, ...size }),
    randomScene({ seed: 2, kinds: ['dog'], watermark: 1, distraction: 1, ...size, width: 120 }),
    randomScene({ seed: 5, kinds: ['dog'], distraction: 0, set: 1, ...size }),
  ];

  it('divides every animal among its parts', () => {
    for (const spec of scenes) {
      const scene = drawScene(spec);
      const masks = sceneMasks(spec);
      expect(masks.map(({ depth }) => depth)).toEqual(spec.objects.map((_, i) => i));
      for (const [i, { kind, mask, parts, area }] of masks.entries()) {
        expect({ kind, mask, area }).toMatchObject({ kind: spec.objects[i]!.kind, mask: scene.objects[i]!.mask });
        expect(area).toBe(count(mask));
        const sum = new Uint8Array(mask.length);
        for (const part of parts) {
          part.mask.forEach((value, k) => {
            sum[k]! += value;
          });
          expect(part.area).toBe(count(part.mask));
        }
        if (isAnimal(spec.objects[i]!)) expect(sum).toEqual(mask);
        else expect(parts).toEqual([]);
      }
    }
  });

  it('has no parts of an insect of the first set', () => {
    const [bee] = sceneMasks(randomScene({ seed: 5, kinds: ['bee'], distraction: 0, set: 1, ...size }));
    expect(bee).toMatchObject({ kind: 'bee', parts: [] });
  });

  it('puts canine parts where an anatomist would', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const spec = randomScene({ seed, kinds: ['wolf'], distraction: 0, backgrounds: ['white'], ...size });
      const { parts, mask } = sceneMasks(spec)[0]!;
      const height = (name: string) => {
        const part = parts.find((one) => one.part === name)!.mask;
        let sum = 0;
        part.forEach((value, i) => {
          if (value > 0) sum += Math.floor(i / size.width);
        });
        return sum / count(part);
      };
      expect(count(mask)).toBeGreaterThan(200);
      expect(height('ears')).toBeLessThan(height('head'));
      expect(height('head')).toBeLessThan(height('body'));
      expect(height('body')).toBeLessThan(height('legs'));
      expect(height('ears')).toBeLessThan(height('muzzle'));
    }
  });

  it('says how much of an object nearer ones leave', () => {
    const spec = randomScene({ seed: 1, kinds: ['wolf'], count: 3, distraction: 1, backgrounds: ['white'], ...size });
    const masks = sceneMasks(spec);
    for (const [i, object] of spec.objects.entries()) {
      const alone = drawScene({ ...spec, objects: [object] }).objects[0]!.area;
      expect(masks[i]!.visible).toBeCloseTo(masks[i]!.area / alone, 10);
    }
    const hidden: SceneSpec = { ...spec, objects: [spec.objects[0]!, spec.objects[0]!] };
    const [behind, before] = sceneMasks(hidden);
    expect(behind!.visible).toBeLessThan(0.05);
    expect(before!.visible).toBe(1);
    const outside = { ...spec, objects: [{ ...spec.objects[0]!, x: 9 }] };
    expect(sceneMasks(outside)[0]).toMatchObject({ area: 0, visible: 0 });
  });

  it('shows where the picture loses more than a sixteenth of its light', () => {
    for (const seed of [1, 2, 3, 4]) {
      for (const kind of ['dog', 'bee'] as const) {
        // Nothing covers feet on white.
        const spec = randomScene({ seed, kinds: [kind], distraction: 0, backgrounds: ['white'], ...size });
        const [{ shadow, mask }] = sceneMasks(spec) as [ReturnType<typeof sceneMasks>[number]];
        const [shaded, bright, ground] = [spec, { ...spec, contact: false }, { ...spec, objects: [] }].map(
          (one) => drawScene(one).image.pixels,
        ) as [Uint8Array, Uint8Array, Uint8Array];
        let wrong = 0;
        shadow.forEach((value, i) => {
          // The shadow's red is 18 of 255.
          const loss = (bright[3 * i]! - shaded[3 * i]!) / (ground[3 * i]! - 18);
          if (value > 0) expect(mask[i]).toBe(0);
          // A hundredth is what rounding to 255 steps makes of it.
          if (value > 0 && loss < 1 / 16 - 0.01) wrong++;
          if (value === 0 && mask[i] === 0 && loss > 1 / 16 + 0.01) wrong++;
        });
        expect(count(shadow)).toBeGreaterThan(20);
        expect(wrong).toBe(0);
        expect(count(sceneMasks({ ...spec, contact: false })[0]!.shadow)).toBe(0);
      }
    }
  });
});
