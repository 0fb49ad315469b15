import { drawScene, type Scene } from '../scenes/scene';
import { isAnimal, type ObjectSpec, type SceneSpec } from '../scenes/spec';
import { keepObjects, resizeScene } from '../scenes/study-scenes';

/** What a leak check looks at, by its name; the order is that of the table. */
export const leakSources = [
  'background alone',
  'background, no objects',
  'picture’s mean colour',
  'animal’s mean colour',
  'animal’s brightness and contrast',
  'animal’s tones, anywhere',
  'silhouette, cropped',
  'silhouette, in place',
  'box and area',
  'metadata of the scene',
  'metadata of the animal',
] as const;
export type LeakSource = (typeof leakSources)[number];

/** The numbers of each source for one scene. */
export type LeakFeatures = Readonly<Record<LeakSource, ArrayLike<number>>>;

/** Of the shorter side: more shows the probes nothing that they look at. */
const LARGEST_SIDE = 128;
const GRID = 16;

/**
 * What may tell a scene's class and ought not to, as numbers. The animal is the largest one of the label.
 * @param index place of the scene in its set.
 * @param keys of the metadata, as `metadataOf` gives them for all scenes.
 * @returns null where no animal of the label is seen.
 */
export function leakFeatures(
  spec: SceneSpec,
  label: string,
  metadata: { readonly scene: ArrayLike<number>; readonly animal: ArrayLike<number> },
): LeakFeatures | null {
  const small = reduced(spec);
  const scene = drawScene(small);
  const animals = scene.objects.filter(({ kind, area }) => kind === label && area > 0);
  const animal = animals.sort((a, b) => b.area - a.area)[0];
  if (!animal?.box) return null;
  const { width } = scene.image;
  const { box, area, mask } = animal;
  const whole = { x: 0, y: 0, width, height: scene.image.height };
  const pixels = pixelsOf(scene, mask);
  const mean = [0, 1, 2].map((channel) => average(pixels.map((pixel) => pixel[channel]!)));
  const tones = pixels.map((pixel) => average(pixel)).sort((a, b) => a - b);
  const mid = average(tones);
  const deviation = Math.sqrt(average(tones.map((tone) => (tone - mid) ** 2)));
  const quantiles = [0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98].map((at) => tones[Math.floor(at * (tones.length - 1))]!);
  const picture = [0, 1, 2].map((channel) => average(grid(scene.image.pixels, width, 3, channel, whole)));
  return {
    'background alone': coloursOf(drawScene(keepObjects(small, (object) => !isAnimal(object)))),
    'background, no objects': coloursOf(drawScene({ ...small, objects: [] })),
    'picture’s mean colour': withProducts(picture),
    'animal’s mean colour': withProducts(mean),
    'animal’s brightness and contrast': withProducts([mid, deviation]),
    'animal’s tones, anywhere': quantiles.map((tone) => (tone - mid) / (deviation || 1)),
    'silhouette, cropped': grid(mask, width, 1, 0, box),
    'silhouette, in place': grid(mask, width, 1, 0, whole),
    'box and area': [box.x, box.y, box.width, box.height, area, box.width / box.height, area / box.width / box.height],
    'metadata of the scene': metadata.scene,
    'metadata of the animal': metadata.animal,
  };
}

function reduced(spec: SceneSpec): SceneSpec {
  const share = Math.min(1, LARGEST_SIDE / Math.min(spec.width, spec.height));
  return resizeScene(spec, Math.round(spec.width * share), Math.round(spec.height * share));
}

function pixelsOf({ image: { pixels } }: Scene, mask: Uint8Array): number[][] {
  const result: number[][] = [];
  for (const [i, inside] of mask.entries())
    if (inside > 0) result.push([pixels[3 * i]!, pixels[3 * i + 1]!, pixels[3 * i + 2]!]);
  return result;
}

function coloursOf({ image: { pixels, width, height } }: Scene): number[] {
  const whole = { x: 0, y: 0, width, height };
  return [0, 1, 2].flatMap((channel) => grid(pixels, width, 3, channel, whole));
}

/** Means of one channel in 16 × 16 cells of a rectangle; cells smaller than a pixel take the one they lie in. */
function grid(
  values: Uint8Array,
  width: number,
  channels: number,
  channel: number,
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): number[] {
  const bounds = (cell: number, start: number, length: number): [number, number] => {
    const from = start + Math.floor((cell * length) / GRID);
    return [from, Math.max(from + 1, start + Math.floor(((cell + 1) * length) / GRID))];
  };
  return Array.from({ length: GRID * GRID }, (_, cell) => {
    const [left, right] = bounds(cell % GRID, box.x, box.width);
    const [top, bottom] = bounds(Math.floor(cell / GRID), box.y, box.height);
    let sum = 0;
    for (let y = top; y < bottom; y++)
      for (let x = left; x < right; x++) sum += values[(y * width + x) * channels + channel]!;
    return sum / ((right - left) * (bottom - top));
  });
}

/** Values, their squares and their products. */
const withProducts = (values: readonly number[]): number[] => [
  ...values,
  ...values.flatMap((a, i) => values.slice(i).map((b) => (a / 255) * b)),
];

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Not metadata: what the class is, where markings lie and their colours, and what has a row of its own. */
const classKeys = new Set(['kind', 'coat', 'colours', 'name', 'width', 'height', 'without']);
const SEED_BITS = 8;

/**
 * The specs of scenes as numbers, but for classes, markings, colours and the kind of background: camera, horizon, light,
 * distractors, effects, number of the scene and its parity; and of the animal its place, pose, shape and turn. Of seeds the
 * low bits.
 *
 * @param specs with the place of each in its set.
 */
export function metadataOf(
  specs: readonly { readonly spec: SceneSpec; readonly label: string; readonly index: number }[],
): readonly { readonly scene: Float64Array; readonly animal: Float64Array }[] {
  const entries = specs.map(({ spec, label, index }) => {
    const { objects, background, effects = [], ...scene } = spec;
    const animal = objects.findIndex(({ kind }) => kind === label);
    const things = objects.filter((object) => !isAnimal(object));
    const presence = things.map((thing) => [thing.kind, { present: true, ...thing }] as const);
    const marks = effects.map((effect) => [effect.kind, { present: true, ...effect }] as const);
    return {
      scene: flat({
        ...scene,
        background: { seed: background.seed },
        animals: objects.length - things.length,
        ...Object.fromEntries([...presence, ...marks]),
        number: index,
        parity: index % 2,
        order: animal,
      }),
      animal: flat((objects[animal] ?? {}) as Partial<ObjectSpec>),
    };
  });
  const scene = columns(entries.map((one) => one.scene));
  const animal = columns(entries.map((one) => one.animal));
  return specs.map((_, i) => ({ scene: scene[i]!, animal: animal[i]! }));
}

/** Plain data as numbers by their path; a word is a 1 under its own name. */
const flat = (value: object): Map<string, number> => new Map(pathsOf(value, ''));

function pathsOf(value: object, path: string): (readonly [string, number])[] {
  return Object.entries(value)
    .filter(([key, one]) => !classKeys.has(key) && one !== null && one !== undefined)
    .flatMap(([key, one]) => {
      const at = `${path}/${key}`;
      if (typeof one === 'object') return pathsOf(one, at);
      if (key === 'seed')
        return Array.from({ length: SEED_BITS }, (_, bit) => [`${at}/${bit}`, (one >>> bit) & 1] as const);
      return [typeof one === 'string' ? ([`${at}/${one}`, 1] as const) : ([at, Number(one)] as const)];
    });
}

/** One row each, with a place for every path that any has; 0 where it is absent. */
function columns(entries: readonly ReadonlyMap<string, number>[]): Float64Array[] {
  const paths = [...new Set(entries.flatMap((entry) => [...entry.keys()]))].sort();
  return entries.map((entry) => Float64Array.from(paths, (path) => entry.get(path) ?? 0));
}
