import { mkdir, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { WhylightError } from '../explain/errors';
import { ensureWritableFolder, reasonOf } from '../explain/files';
import { type RunOptions, yieldToEvents } from '../explain/progress';
import { type SceneDatasetOptions, sceneDataset } from './dataset';
import type { AnimalKind, BackgroundKind } from './spec';

/** What was written. */
export interface WrittenDataset {
  readonly folder: string;
  readonly scenes: number;
  readonly masks: number;
  /** Scenes of each class on each background. */
  readonly counts: Readonly<Record<string, number>>;
}

const columns = [
  'file',
  'label',
  'background',
  'background_role',
  'objects',
  'areas',
  'boxes',
  'masks',
  'effects',
  'sha256',
] as const;

/**
 * Writes a data set into a new or empty folder: `photos/CLASS/NUMBER.png`, `masks/NUMBER-INDEX-KIND.png` (8-bit grey,
 * 255 where the object is seen) and `scenes.csv`. The folder appears whole or not at all.
 * @throws WhylightError where the folder holds something already or cannot be written; AbortedError through `signal`.
 */
export async function writeSceneDataset(
  folder: string,
  options: SceneDatasetOptions,
  run: RunOptions = {},
): Promise<WrittenDataset> {
  const target = path.resolve(folder);
  const existing = await readdir(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new WhylightError(`cannot write to the folder ${folder}: ${reasonOf(error)}`, { cause: error });
  });
  if (existing && existing.length > 0) {
    throw new WhylightError(`the folder ${folder} is not empty (allowed: a new folder, or an empty one)`);
  }
  await ensureWritableFolder(path.dirname(target));
  const beside = path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.part`);
  try {
    const dataset = await writeInto(beside, options, run);
    // Only an empty folder goes: another run may have filled it meanwhile.
    if (existing) await rmdir(target);
    await rename(beside, target);
    return { folder, ...dataset };
  } catch (error) {
    if (error instanceof WhylightError) throw error;
    throw new WhylightError(`cannot write to the folder ${folder}: ${reasonOf(error)}`, { cause: error });
  } finally {
    if (await stat(beside).catch(() => null)) await rm(beside, { recursive: true, force: true });
  }
}

async function writeInto(
  folder: string,
  options: SceneDatasetOptions,
  { onProgress, signal }: RunOptions,
): Promise<Omit<WrittenDataset, 'folder'>> {
  const digits = Math.max(4, String(options.count - 1).length);
  const classes: readonly AnimalKind[] = options.classes ?? ['dog', 'wolf'];
  const rows: string[] = [columns.join(',')];
  const counts: Record<string, number> = {};
  let scenes = 0;
  let masks = 0;
  for (const { scene, label, backgroundRole } of sceneDataset(options)) {
    if (scenes === 0) {
      for (const name of classes) await mkdir(path.join(folder, 'photos', name), { recursive: true });
      await mkdir(path.join(folder, 'masks'), { recursive: true });
    }
    const number = String(scenes).padStart(digits, '0');
    const { width, height } = scene.image;
    const file = `photos/${label}/${number}.png`;
    await writeFile(path.join(folder, file), await png(scene.image.pixels, width, height, 3));
    const maskFiles: string[] = [];
    for (const [i, object] of scene.objects.entries()) {
      const maskFile = `masks/${number}-${i}-${object.kind}.png`;
      await writeFile(path.join(folder, maskFile), await png(object.mask, width, height, 1));
      maskFiles.push(maskFile);
      masks++;
    }
    const boxes = scene.objects.map(({ box }) => (box ? `${box.x} ${box.y} ${box.width} ${box.height}` : ''));
    const cells = [
      file,
      label,
      scene.background,
      backgroundRole,
      scene.objects.map((object) => object.kind).join(';'),
      scene.objects.map((object) => object.area).join(';'),
      boxes.join(';'),
      maskFiles.join(';'),
      scene.effects.map((effect) => effect.kind).join(';'),
      scene.image.sha256,
    ];
    rows.push(cells.join(','));
    counts[`${label} on ${scene.background satisfies BackgroundKind}`] =
      (counts[`${label} on ${scene.background}`] ?? 0) + 1;
    scenes++;
    onProgress?.({ label: 'scenes', done: scenes, total: options.count });
    await yieldToEvents(signal);
  }
  await writeFile(path.join(folder, 'scenes.csv'), `${rows.join('\n')}\n`);
  return { scenes, masks, counts };
}

async function png(pixels: Uint8Array, width: number, height: number, channels: 1 | 3): Promise<Buffer> {
  let image = sharp(pixels, { raw: { width, height, channels } });
  if (channels === 1) image = image.toColourspace('b-w');
  return image.png().toBuffer();
}
