import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { WhylightError } from '../../src/explain/errors';
import { randomScene } from '../../src/scenes/random-scene';
import { drawScene, type Scene } from '../../src/scenes/scene';
import { type AnimalKind, animalKinds, backgroundKinds, type SceneSpec } from '../../src/scenes/spec';
import { competingScene, instancesScene, keepObjects, singleScene } from '../../src/scenes/study-scenes';

/** True where a pixel or one of its neighbours within `radius` is set. */
function dilate(mask: Uint8Array, width: number, radius: number): Uint8Array {
  const height = mask.length / width;
  return mask.map((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    for (let v = Math.max(0, y - radius); v <= Math.min(height - 1, y + radius); v++) {
      for (let u = Math.max(0, x - radius); u <= Math.min(width - 1, x + radius); u++) {
        if (mask[v * width + u]) return 255;
      }
    }
    return 0;
  });
}

/** Largest difference of the three channels at pixel `i`. */
function difference(a: Scene, b: Scene, i: number): number {
  return Math.max(...[0, 1, 2].map((c) => Math.abs(a.image.pixels[3 * i + c]! - b.image.pixels[3 * i + c]!)));
}

const everything: SceneSpec[] = animalKinds.flatMap((kind, k) =>
  backgroundKinds.map((background, b) =>
    randomScene({ seed: 10 * k + b, kinds: [kind], backgrounds: [background], distraction: 1, width: 96, height: 80 }),
  ),
);

describe('drawScene', () => {
  it('draws the same pixels and masks for the same spec, also after other scenes and through JSON', () => {
    for (const spec of everything.slice(0, 12)) {
      const first = drawScene(spec);
      drawScene(everything[(everything.indexOf(spec) + 5) % everything.length]!);
      const second = drawScene(JSON.parse(JSON.stringify(spec)));
      expect(second.image.sha256).toBe(first.image.sha256);
      expect(second.objects).toEqual(first.objects);
      expect(first.image.sha256).toBe(createHash('sha256').update(first.image.pixels).digest('hex'));
    }
  });

  // Other builds of the drawing library may round the edges of strokes in another way.
  it.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('draws the pixels that it always drew', () => {
    for (const [set, expected] of [
      [1, '3e15da9f7b815be4b704eaae6da3ce59343c12302ddcc95d810abf783f69e112'],
      [2, 'c10ce9f25a26ed0c566ed902df6ddc567aadca9ad0df15faf3030478083629dc'],
    ] as const) {
      const hash = createHash('sha256');
      for (const kind of animalKinds)
        for (const seed of [1, 2, 3])
          hash.update(drawScene(randomScene({ seed, kinds: [kind], width: 64, height: 64, set })).image.sha256);
      expect(hash.digest('hex')).toBe(expected);
    }
  });

  it('draws another picture for another seed', () => {
    const hashes = Array.from({ length: 12 }, (_, seed) => drawScene(randomScene({ seed, width: 64, height: 64 })));
    expect(new Set(hashes.map((scene) => scene.image.sha256)).size).toBe(12);
  });

  it('gives a picture and masks of the size asked for, height unequal width', () => {
    for (const [width, height] of [
      [96, 80],
      [65, 101],
    ] as const) {
      const scene = drawScene(randomScene({ seed: 3, distraction: 1, width, height }));
      expect(scene.image).toMatchObject({ width, height });
      expect(scene.image.pixels.length).toBe(width * height * 3);
      for (const object of scene.objects) expect(object.mask.length).toBe(width * height);
    }
  });

  it('changes the picture only inside the masks, where nothing throws a shadow or covers feet', () => {
    for (const drawn of everything) {
      const spec = { ...drawn, contact: false };
      const scene = drawScene(spec);
      const empty = drawScene({ ...spec, objects: [] });
      const union = new Uint8Array(scene.image.width * scene.image.height);
      for (const object of scene.objects) for (let i = 0; i < union.length; i++) union[i]! |= object.mask[i]!;
      const near = dilate(union, scene.image.width, 2);
      let outside = 0;
      for (let i = 0; i < union.length; i++) if (!near[i] && difference(scene, empty, i) > 40) outside++;
      // Single hairs thinner than a pixel reach further than two pixels; their share stays tiny.
      expect(outside / union.length, spec.name).toBeLessThan(0.002);
    }
  });

  it('covers the masks with something else than the background', () => {
    for (const drawn of everything) {
      const spec = { ...drawn, contact: false };
      const [scene, empty] = [drawScene(spec), drawScene({ ...spec, objects: [] })];
      for (const object of scene.objects) {
        let changed = 0;
        for (let i = 0; i < object.mask.length; i++) if (object.mask[i] && difference(scene, empty, i) > 6) changed++;
        expect(changed / object.area, `${spec.name} ${object.kind}`).toBeGreaterThan(0.6);
      }
    }
  });

  it('has masks that never overlap, with their true area and the smallest box', () => {
    for (const spec of everything) {
      const { objects, image } = drawScene(spec);
      const owners = new Uint8Array(image.width * image.height);
      for (const { mask, area, box } of objects) {
        const xs: number[] = [];
        const ys: number[] = [];
        for (let i = 0; i < mask.length; i++) {
          if (mask[i] === 0) continue;
          expect(mask[i]).toBe(255);
          owners[i]!++;
          xs.push(i % image.width);
          ys.push(Math.floor(i / image.width));
        }
        expect(area).toBe(xs.length);
        const [left, top] = [Math.min(...xs), Math.min(...ys)];
        expect(box).toEqual({ x: left, y: top, width: Math.max(...xs) - left + 1, height: Math.max(...ys) - top + 1 });
      }
      expect(Math.max(...owners)).toBe(1);
    }
  });

  it('leaves out what a nearer object hides, and nothing else', () => {
    let hidden = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const spec = { ...competingScene(['dog', 'wolf'], { seed, width: 96, height: 96 }), contact: false };
      const both = drawScene(spec);
      const farAlone = drawScene(keepObjects(spec, (_, i) => i === 0)).objects[0]!;
      const nearAlone = drawScene(keepObjects(spec, (_, i) => i === 1)).objects[0]!;
      const [far, near] = both.objects as [Scene['objects'][number], Scene['objects'][number]];
      expect(near.mask).toEqual(nearAlone.mask);
      for (let i = 0; i < far.mask.length; i++) {
        if (nearAlone.mask[i]) expect(far.mask[i]).toBe(0);
        if (far.mask[i]) expect(farAlone.mask[i]).toBe(255);
      }
      hidden += farAlone.area - far.area;
    }
    expect(hidden).toBeGreaterThan(100);
  });

  it('leaves out feet that grass or snow covers', () => {
    for (const background of ['grass', 'snow'] as const) {
      const spec = singleScene('wolf', { seed: 5, background });
      const covered = drawScene(spec).objects[0]!;
      const free = drawScene({ ...spec, contact: false }).objects[0]!;
      expect(covered.area).toBeLessThan(free.area);
      expect(covered.area).toBeGreaterThan(free.area * 0.9);
    }
  });

  it('shows every animal at a sensible size', () => {
    for (const kind of animalKinds) {
      for (let seed = 1; seed <= 8; seed++) {
        const { objects, image } = drawScene(singleScene(kind, { seed, width: 96, height: 96 }));
        const share = objects[0]!.area / (image.width * image.height);
        expect(share, `${kind} ${seed}`).toBeGreaterThan(0.025);
        expect(share, `${kind} ${seed}`).toBeLessThan(0.45);
      }
    }
  });

  it('looks the same at every size', () => {
    for (const kind of ['wolf', 'bee'] as const) {
      const spec = singleScene(kind, { seed: 4, background: kind === 'wolf' ? 'grass' : 'flowers' });
      const small = drawScene({ ...spec, width: 96, height: 96 });
      const large = drawScene({ ...spec, width: 384, height: 384 });
      const means = shrink(large, 4);
      let total = 0;
      for (let i = 0; i < means.length; i++) total += Math.abs(means[i]! - small.image.pixels[i]!);
      expect(total / means.length).toBeLessThan(8);
      expect(large.objects[0]!.area / 16 / small.objects[0]!.area).toBeCloseTo(1, 1);
    }
  });

  it('shows each of several animals', () => {
    for (const kind of ['dog', 'bee'] as AnimalKind[]) {
      for (let count = 1; count <= 6; count++) {
        const { objects } = drawScene(instancesScene(kind, count, { seed: count, width: 128, height: 128 }));
        expect(objects.length).toBe(count);
        for (const object of objects) expect(object.area).toBeGreaterThan(60);
      }
    }
  });

  it('says what sizes are allowed', () => {
    const spec = randomScene({ seed: 1 });
    expect(() => drawScene({ ...spec, width: 8 })).toThrow(WhylightError);
    expect(() => drawScene({ ...spec, height: 5000 })).toThrow('scene height: 5000 (allowed: whole numbers from 16');
  });
});

/** Mean of each `factor` × `factor` block, channel by channel. */
function shrink({ image }: Scene, factor: number): Float64Array {
  const [width, height] = [image.width / factor, image.height / factor];
  const result = new Float64Array(width * height * 3);
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      for (let c = 0; c < 3; c++) {
        const at = (Math.floor(y / factor) * width + Math.floor(x / factor)) * 3 + c;
        result[at]! += image.pixels[(y * image.width + x) * 3 + c]! / factor ** 2;
      }
    }
  }
  return result;
}
