import { describe, expect, it } from 'vitest';
import { drawScene } from '../../src/scenes/scene';
import { backgroundKinds } from '../../src/scenes/spec';
import {
  besidePerson,
  competingScene,
  instancesScene,
  onWhite,
  resizeScene,
  singleScene,
  swapBackground,
} from '../../src/scenes/study-scenes';

describe('swapBackground', () => {
  it('changes nothing inside the animal and nearly everything outside', () => {
    for (const kind of ['wolf', 'dog'] as const) {
      const spec = singleScene(kind, { seed: 12, background: 'snow', width: 128, height: 112 });
      const before = drawScene(spec);
      for (const background of backgroundKinds.filter((other) => other !== 'snow')) {
        const swapped = swapBackground(spec, background);
        expect(swapped.objects).toEqual(spec.objects);
        const after = drawScene(swapped);
        const [a, b] = [before.objects[0]!, after.objects[0]!];
        let same = 0;
        let inner = 0;
        let outside = 0;
        let changed = 0;
        for (let i = 129; i < a.mask.length - 129; i++) {
          const pixel = [0, 1, 2].map((c) =>
            Math.abs(before.image.pixels[3 * i + c]! - after.image.pixels[3 * i + c]!),
          );
          const around = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => i + 128 * dy + dx));
          if (around.every((j) => a.mask[j] && b.mask[j])) {
            inner++;
            if (Math.max(...pixel) <= 24) same++;
          } else if (around.every((j) => !a.mask[j] && !b.mask[j])) {
            outside++;
            if (Math.max(...pixel) > 6) changed++;
          }
        }
        expect(inner).toBeGreaterThan(300);
        expect(same / inner, `${kind} on ${background}`).toBeGreaterThan(0.97);
        expect(changed / outside, `${kind} on ${background}`).toBeGreaterThan(0.6);
      }
    }
  });

  it('names the new scene after both', () => {
    const spec = singleScene('wolf', { seed: 12, background: 'snow' });
    expect(drawScene(swapBackground(spec, 'grass')).image.source).toBe('scene-12-on-grass');
  });
});

describe('study scenes', () => {
  it('shows a dog and a wolf, or a bee and an ant, each well in sight', () => {
    for (const kinds of [
      ['dog', 'wolf'],
      ['bee', 'ant'],
    ] as const) {
      const firsts = new Set<string>();
      for (let seed = 1; seed <= 10; seed++) {
        const scene = drawScene(competingScene(kinds, { seed, width: 112, height: 112 }));
        expect(scene.label.split('+').sort()).toEqual([...kinds].sort());
        for (const object of scene.objects) expect(object.area, `seed ${seed} ${object.kind}`).toBeGreaterThan(112);
        firsts.add(scene.objects[0]!.kind);
      }
      expect(firsts.size).toBe(2);
    }
  });

  it('shows one to six of a kind', () => {
    for (let count = 1; count <= 6; count++) {
      const spec = instancesScene('bee', count, { seed: count });
      expect(spec.objects.map((object) => object.kind)).toEqual(Array(count).fill('bee'));
    }
    expect(() => instancesScene('bee', 7, { seed: 1 })).toThrow('count: 7 (allowed: 1 to 6)');
  });

  it('stands a dog beside a person, both in sight', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const scene = drawScene(besidePerson('dog', { seed, width: 112, height: 112 }));
      expect(scene.objects.map((object) => object.kind)).toEqual(['person', 'dog']);
      for (const object of scene.objects) expect(object.area, `seed ${seed} ${object.kind}`).toBeGreaterThan(350);
      expect(scene.label).toBe('dog');
    }
  });

  it('puts a dog on white', () => {
    const { image, background } = drawScene(onWhite('dog', { seed: 2 }));
    expect(background).toBe('white');
    expect([...image.pixels.slice(0, 3)]).toEqual([255, 255, 255]);
  });

  it('keeps everything in its place at another size', () => {
    const spec = singleScene('dog', { seed: 2 });
    const [a, b] = [drawScene(spec).objects[0]!.box!, drawScene(resizeScene(spec, 128)).objects[0]!.box!];
    for (const key of ['x', 'y', 'width', 'height'] as const) expect(Math.abs(a[key] / 2 - b[key])).toBeLessThan(2.5);
  });
});
