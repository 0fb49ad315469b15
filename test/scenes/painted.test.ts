import { afterEach, describe, expect, it, vi } from 'vitest';
import { counterfactuals } from '../../src/scenes/counterfactuals';
import { paintedObject } from '../../src/scenes/painted';
import { randomScene } from '../../src/scenes/random-scene';
import { drawScene } from '../../src/scenes/scene';

/** What is painted when nothing was painted before. */
async function drawnAlone(spec: Parameters<typeof drawScene>[0]) {
  vi.resetModules();
  return (await import('../../src/scenes/scene.js')).drawScene(spec);
}

afterEach(() => vi.resetModules());

describe('what scenes share', () => {
  it('looks and covers the same as where each scene paints its own', async () => {
    for (const [kind, set] of [
      ['wolf', 2],
      ['bee', 2],
      ['dog', 1],
    ] as const) {
      const spec = randomScene({ seed: 4, kinds: [kind], count: 2, distraction: 1, width: 64, height: 80, set });
      const changed = counterfactuals(spec).map((one) => one.spec);
      for (const one of [spec, ...changed.filter((_, i) => i % 5 === 0)]) {
        const [shared, alone] = [drawScene(one), await drawnAlone(one)];
        expect(shared.image.sha256, one.name).toBe(alone.image.sha256);
        expect(shared.objects).toEqual(alone.objects);
      }
    }
  });

  it('is painted once, also where a scene came through JSON', () => {
    const spec = randomScene({ seed: 2, kinds: ['wolf'], width: 64, height: 64 });
    const [object] = spec.objects;
    const layer = paintedObject(spec, object!);
    expect(paintedObject({ ...spec }, JSON.parse(JSON.stringify(object)))).toBe(layer);
    for (const other of [{ light: -spec.light }, { width: 72 }, { height: 72 }])
      expect(paintedObject({ ...spec, ...other }, object!)).not.toBe(layer);
  });
});
