import { describe, expect, it } from 'vitest';
import { applyEffects } from '../../../src/scenes/effects/apply-effects';
import type { EffectSpec } from '../../../src/scenes/effects/effect';
import { randomScene } from '../../../src/scenes/random-scene';
import { drawScene } from '../../../src/scenes/scene';
import type { SceneSpec } from '../../../src/scenes/spec';
import { withoutEffect } from '../../../src/scenes/without-effect';

const plain = randomScene({ seed: 5, width: 96, height: 64, distraction: 1 });
const all: SceneSpec = {
  ...plain,
  effects: [
    { kind: 'watermark', corner: 'bottom left' },
    { kind: 'blur', sigma: 0.02 },
    { kind: 'cast', gain: [1.1, 1, 0.8] },
    { kind: 'exposure', gain: 0.7, corner: 'top right' },
  ],
};

describe('applyEffects', () => {
  it('leaves the bytes as they are without an effect', () => {
    const pixels = Uint8Array.from([1, 2, 3]);
    expect(applyEffects(pixels, { width: 1, height: 1 }, []).pixels).toBe(pixels);
    expect(drawScene({ ...plain, effects: [] }).image.sha256).toBe(drawScene(plain).image.sha256);
  });

  it('draws the same again through JSON, in a fixed order', () => {
    const scene = drawScene(all);
    expect(scene.effects.map(({ kind }) => kind)).toEqual(['exposure', 'cast', 'blur', 'watermark']);
    const again = drawScene(JSON.parse(JSON.stringify({ ...all, effects: [...all.effects!].reverse() })));
    expect(again.image.sha256).toBe(scene.image.sha256);
  });

  it('is undone by withoutEffect, one after another', () => {
    let spec = all;
    for (const { kind } of all.effects!) {
      const less = withoutEffect(spec, kind);
      expect(drawScene(less).image.sha256).not.toBe(drawScene(spec).image.sha256);
      spec = less;
    }
    expect(spec).toEqual(plain);
    expect(() => withoutEffect(plain, 'blur')).toThrow('the scene has no effect blur (it has none)');
    expect(() => withoutEffect({ ...plain, effects: [{ kind: 'blur', sigma: 0.01 }] }, 'cast')).toThrow('it has: blur');
  });

  it('gives a watermark and a card masks in their corners, and takes these pixels from the objects', () => {
    const scene = drawScene(all);
    const [card, , , mark] = scene.effects;
    expect(card!.box!.x).toBeGreaterThan(48);
    expect(card!.box!.y).toBeLessThan(32);
    expect(mark!.box!.x).toBeLessThan(48);
    expect(mark!.box!.y).toBeGreaterThan(32);
    expect(scene.effects[1]).toEqual({ kind: 'cast', mask: null, area: 0, box: null });
    const before = drawScene(plain);
    for (const [n, object] of scene.objects.entries()) {
      object.mask.forEach((value, i) => {
        const over = card!.mask![i] === 255 || mark!.mask![i] === 255;
        if (over && value !== 0) throw new Error(`masks overlap at ${i}`);
        if (value > before.objects[n]!.mask[i]!) throw new Error(`a mask grew at ${i}`);
      });
    }
  });

  it('changes pixels outside its mask only at its edge', () => {
    const scene = drawScene({ ...plain, effects: [{ kind: 'watermark', corner: 'top left' }] });
    const before = drawScene(plain).image.pixels;
    const different = scene.image.pixels.filter((value, i) => value !== before[i]).length;
    const { x, y, width, height } = scene.effects[0]!.box!;
    scene.image.pixels.forEach((value, i) => {
      const [column, row] = [Math.floor(i / 3) % 96, Math.floor(i / 288)];
      const inside = column >= x - 1 && column <= x + width && row >= y - 1 && row <= y + height;
      if (!inside && value !== before[i]) throw new Error(`changed at ${column}, ${row}`);
    });
    expect(different).toBeGreaterThan(scene.effects[0]!.area);
  });

  it('multiplies, cuts off, and blurs without changing an even picture', () => {
    const even = new Uint8Array(20 * 17 * 3).fill(200);
    const size = { width: 20, height: 17 };
    expect(applyEffects(even, size, [{ kind: 'blur', sigma: 0.1 }]).pixels).toEqual(even);
    expect([...applyEffects(even, size, [{ kind: 'cast', gain: [0.5, 1, 2] }]).pixels.slice(0, 3)]).toEqual([
      100, 200, 255,
    ]);
    const point = new Uint8Array(41 * 41 * 3);
    point.fill(255, 3 * (20 * 41 + 20), 3 * (20 * 41 + 20) + 3);
    const soft = applyEffects(point, { width: 41, height: 41 }, [{ kind: 'blur', sigma: 1 / 41 }]).pixels;
    // Middle of a Gaussian of 1 px: 1 / (2π), the tails beyond 3 px and rounding aside.
    expect(Math.abs(soft[3 * (20 * 41 + 20)]! - 255 / (2 * Math.PI))).toBeLessThan(1);
  });

  it('says what is allowed', () => {
    const apply = (...effects: unknown[]) =>
      applyEffects(new Uint8Array(3), { width: 1, height: 1 }, effects as EffectSpec[]);
    expect(() => apply({ kind: 'blur', sigma: Number.NaN })).toThrow('blur sigma: NaN (allowed: 0 to 0.1)');
    expect(() => apply({ kind: 'blur', sigma: 5 })).toThrow('allowed: 0 to 0.1');
    expect(() => apply({ kind: 'exposure', gain: 0, corner: 'top left' })).toThrow('exposure gain: 0');
    expect(() => apply({ kind: 'cast', gain: [1, 1] })).toThrow('allowed: three factors');
    expect(() => apply({ kind: 'watermark', corner: 'middle' })).toThrow('corner: middle (allowed: top left');
    expect(() => apply({ kind: 'glow' })).toThrow('unknown effect: glow (allowed: exposure');
    expect(() => apply({ kind: 'blur', sigma: 0 }, { kind: 'blur', sigma: 0 })).toThrow('effect blur: 2 times');
  });
});
