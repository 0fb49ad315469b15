import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { type RunOptions, yieldToEvents } from '../explain/progress';
import { wholeFolder } from '../explain/whole-folder';
import { type Counterfactual, counterfactuals, type SceneChange } from './counterfactuals';
import { croissant } from './croissant';
import type { LabelledSpec } from './dataset';
import { sceneMasks } from './masks';
import { drawScene, type Scene } from './scene';

/** What is written beside photos, masks and specs. */
export interface WriteDatasetOptions extends RunOptions {
  /** Masks of parts and shadows, and every scene drawn again with one thing changed. Default false. */
  readonly counterfactuals?: boolean;
  /** Instead of all these, every scene drawn again with changes of these kinds alone. Default: none. */
  readonly changes?: readonly SceneChange['kind'][];
  /** Texts to write beside these, by file name. Default: none. */
  readonly texts?: Readonly<Record<string, string>>;
}

/** What was written. */
export interface WrittenDataset {
  readonly folder: string;
  readonly scenes: number;
  readonly masks: number;
  /** Pictures of scenes that differ in one thing. */
  readonly counterfactuals: number;
  /** Scenes of each class on each background. */
  readonly counts: Readonly<Record<string, number>>;
  /** Of scenes.csv. */
  readonly sha256: string;
}

const sceneColumns = [
  'file',
  'label',
  'background',
  'background_role',
  'objects',
  'areas',
  'visible',
  'boxes',
  'masks',
  'parts',
  'shadows',
  'effects',
  'sha256',
];
const changeColumns = ['file', 'scene', 'change', 'object', 'part', 'background', 'effect', 'sha256'];

/**
 * Writes scenes into a new or empty folder: `photos/CLASS/NUMBER.png`, `masks/NUMBER-INDEX.png` (8-bit grey, 255 where the
 * object is seen), `specs.jsonl` and `scenes.csv`; with counterfactuals also `masks/NUMBER-INDEX-PART.png`,
 * `masks/NUMBER-INDEX-shadow.png`, `counterfactuals/NUMBER/NAME.png` and `counterfactuals.csv`; and `croissant.json`, which
 * says so to machines. The folder appears whole or not at all; but for the class's folder no name says which class it is.
 *
 * @throws WhylightError where the folder holds something already or cannot be written; AbortedError through `signal`.
 */
export async function writeSceneDataset(
  folder: string,
  specs: readonly LabelledSpec[],
  options: WriteDatasetOptions = {},
): Promise<WrittenDataset> {
  return { folder, ...(await wholeFolder(folder, (beside) => writeInto(beside, specs, options))) };
}

async function writeInto(
  folder: string,
  specs: readonly LabelledSpec[],
  { onProgress, signal, counterfactuals: all = false, changes: kinds = [], texts: more = {} }: WriteDatasetOptions,
): Promise<Omit<WrittenDataset, 'folder'>> {
  for (const label of new Set(specs.map((one) => one.label)))
    await mkdir(path.join(folder, 'photos', label), { recursive: true });
  await mkdir(path.join(folder, 'masks'), { recursive: true });
  const redrawn = all || kinds.length > 0;
  const digits = Math.max(4, String(specs.length - 1).length);
  const rows = [sceneColumns.join(',')];
  const changes = [changeColumns.join(',')];
  const counts: Record<string, number> = {};
  let masks = 0;
  for (const [i, { spec, label, backgroundRole }] of specs.entries()) {
    const number = String(i).padStart(digits, '0');
    const scene = drawScene(spec);
    const file = `photos/${label}/${number}.png`;
    await writePicture(path.join(folder, file), scene);
    const files = await writeMasks(folder, number, scene, all);
    masks += files.count;
    const boxes = scene.objects.map(({ box }) => (box ? `${box.x} ${box.y} ${box.width} ${box.height}` : ''));
    const cells = [
      file,
      label,
      scene.background,
      backgroundRole,
      scene.objects.map((object) => object.kind).join(';'),
      scene.objects.map((object) => object.area).join(';'),
      files.visible.join(';'),
      boxes.join(';'),
      files.masks.join(';'),
      files.parts.join(';'),
      files.shadows.join(';'),
      scene.effects.map((effect) => effect.kind).join(';'),
      scene.image.sha256,
    ];
    rows.push(cells.join(','));
    if (redrawn)
      for (const one of counterfactuals(spec).filter(({ change }) => all || kinds.includes(change.kind)))
        changes.push(await writeCounterfactual(folder, number, file, one));
    const what = `${label} on ${scene.background}`;
    counts[what] = (counts[what] ?? 0) + 1;
    onProgress?.({ label: 'scenes', done: i + 1, total: specs.length });
    await yieldToEvents(signal);
  }
  const lines = specs.map(({ label, spec }) => JSON.stringify({ label, spec }));
  const texts = [
    { name: 'scenes.csv', encodingFormat: 'text/csv', text: rows },
    { name: 'specs.jsonl', encodingFormat: 'application/jsonlines', text: lines },
    ...(redrawn ? [{ name: 'counterfactuals.csv', encodingFormat: 'text/csv', text: changes }] : []),
  ].map((file) => ({ ...file, text: `${file.text.join('\n')}\n` }));
  for (const { name, text } of texts) await writeFile(path.join(folder, name), text);
  const files = texts.map(({ name, encodingFormat, text }) => ({ name, encodingFormat, sha256: sha256Of(text) }));
  const metadata = croissant({
    scenes: specs.length,
    classes: [...new Set(specs.map(({ label }) => label))].sort(),
    files,
    columns: sceneColumns,
    changes: redrawn ? changeColumns : null,
  });
  await writeFile(path.join(folder, 'croissant.json'), `${JSON.stringify(metadata, null, 2)}\n`);
  for (const [name, text] of Object.entries(more)) await writeFile(path.join(folder, name), text);
  return { scenes: specs.length, masks, counterfactuals: changes.length - 1, counts, sha256: files[0]!.sha256 };
}

const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex');

/** The masks of a scene's objects; with `details` of their parts and shadows too, and how much of each is seen. */
async function writeMasks(folder: string, number: string, scene: Scene, details: boolean) {
  const files = {
    masks: [] as string[],
    parts: [] as string[],
    shadows: [] as string[],
    visible: [] as string[],
    count: 0,
  };
  const { width, height } = scene.image;
  const write = async (name: string, mask: Uint8Array) => {
    const file = `masks/${number}-${name}.png`;
    await writeFile(path.join(folder, file), await png(mask, width, height, 1));
    files.count++;
    return file;
  };
  for (const [i, { mask }] of scene.objects.entries()) files.masks.push(await write(String(i), mask));
  if (!details) return files;
  for (const { depth, parts, shadow, visible } of sceneMasks(scene.spec)) {
    const names: string[] = [];
    for (const { part, mask } of parts) names.push(await write(`${depth}-${part}`, mask));
    files.parts.push(names.join(' '));
    files.shadows.push(await write(`${depth}-shadow`, shadow));
    files.visible.push(visible.toFixed(3));
  }
  return files;
}

async function writeCounterfactual(folder: string, number: string, scene: string, one: Counterfactual) {
  const file = `counterfactuals/${number}/${one.name}.png`;
  await mkdir(path.join(folder, path.dirname(file)), { recursive: true });
  const changed = drawScene(one.spec);
  await writePicture(path.join(folder, file), changed);
  const { change } = one;
  const cell = (key: 'object' | 'part' | 'background' | 'effect') =>
    key in change ? String((change as Readonly<Record<string, unknown>>)[key]) : '';
  return [
    file,
    scene,
    change.kind,
    cell('object'),
    cell('part'),
    cell('background'),
    cell('effect'),
    changed.image.sha256,
  ].join(',');
}

async function writePicture(file: string, { image }: Scene): Promise<void> {
  await writeFile(file, await png(image.pixels, image.width, image.height, 3));
}

async function png(pixels: Uint8Array, width: number, height: number, channels: 1 | 3): Promise<Buffer> {
  let image = sharp(pixels, { raw: { width, height, channels } });
  if (channels === 1) image = image.toColourspace('b-w');
  return image.png().toBuffer();
}
