import { existsSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { hintAmong } from '../explain/did-you-mean';
import { AbortedError, listAllowed, WhylightError } from '../explain/errors';
import { ensureWritableFolder } from '../explain/files';
import { loadPhoto } from '../explain/image/load-photo';
import { architectureNames, isArchitecture } from '../explain/network/architectures';
import { listCards, readCard } from '../explain/network/card';
import { loadNetwork } from '../explain/network/load-network';
import { cacheFolder } from '../explain/network/weights/find';
import type { RunOptions } from '../explain/progress';
import type { Keep } from '../explain/training/fine-tune';
import { dataHash, type LabelledPhotos, labelledPhotos } from '../explain/training/labelled-photos';
import type { LabelSource } from '../explain/training/random-labels';
import { refuseForeignCard, type StoredWeights, saveTrained, trainedFiles } from '../explain/training/save-trained';
import { testOn } from '../explain/training/test-set';
import { trainHead } from '../explain/training/train-head';
import { trainNetwork } from '../explain/training/train-network';
import type { Trained } from '../explain/training/trained';
import { unfreeze } from '../explain/training/unfreeze';
import type { WrittenFile } from '../explain/write-together';
import { contactSheet } from '../plots/contact-sheet';
import { formatJson } from './explain-results';
import { interruptible } from './interrupt';
import { noteOnce } from './notes';
import { createReporter } from './progress';
import { describeTraining, type TrainingRecord } from './train-text';
import { tellDamaged } from './unfinished';

/** What a person asked `whylight train` for. */
export interface TrainRequest {
  readonly with?: readonly string[];
  readonly data: string;
  readonly backbone: string;
  readonly out: string;
  readonly title?: string;
  readonly classes?: readonly string[];
  readonly test?: string;
  readonly seed: number;
  readonly duplicates: number | null;
  readonly l2?: readonly number[];
  readonly augment: boolean;
  readonly unfreeze?: string;
  readonly fromScratch?: boolean;
  readonly side?: number;
  readonly epochs?: number;
  readonly patience?: number;
  readonly rate?: number;
  readonly sparse?: number;
  readonly batch?: number;
  readonly labels?: LabelSource;
  readonly keep?: Keep;
  readonly half?: boolean;
  readonly memory?: number;
  readonly mirror?: string;
  readonly offline?: boolean;
  readonly json?: boolean;
}

const MOST_PICTURES = 24;

type Kind = 'scratch' | 'head' | 'unfreeze';

/** Which options mean nothing for which kind of training. */
const useless: Readonly<Record<Kind, readonly (keyof TrainRequest)[]>> = {
  scratch: ['unfreeze', 'l2'],
  head: ['side', 'epochs', 'patience', 'rate', 'sparse', 'batch', 'labels', 'keep', 'half'],
  unfreeze: ['side', 'labels', 'keep', 'half'],
};

async function kindOf(name: string, request: TrainRequest): Promise<Kind> {
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u.test(name)) {
    throw new WhylightError(`unusable name for a network: ${name} (allowed: letters, digits, and . _ - between them)`);
  }
  const { backbone } = request;
  const buildable = isArchitecture(backbone);
  const card = buildable && request.fromScratch ? null : await readCard(backbone).catch((error) => error as Error);
  if (card instanceof Error && !buildable) {
    if (/[\\/]|\.ya?ml$/.test(backbone)) throw card;
    const cards = (await listCards()).map(({ name: title }) => title);
    const hint = hintAmong(backbone, [...new Set([...cards, ...architectureNames()])]);
    throw new WhylightError(
      `unknown backbone: ${backbone} (cards: ${listAllowed(cards, 30)}; architectures: whylight networks --architectures${hint})`,
    );
  }
  if (request.fromScratch && !buildable) {
    throw new WhylightError(
      `${backbone} is no architecture to train from scratch (whylight networks --architectures lists them${hintAmong(backbone, architectureNames())})`,
    );
  }
  const kind =
    card === null || card instanceof Error ? 'scratch' : request.unfreeze === undefined ? 'head' : 'unfreeze';
  if (kind !== 'scratch' && backbone === name) throw new WhylightError(`${name} cannot be its own backbone`);
  const wrong = useless[kind].find((option) => request[option] !== undefined);
  if (wrong !== undefined) {
    const why = { scratch: 'training from scratch', head: 'a head on a frozen backbone', unfreeze: '--unfreeze' }[kind];
    throw new WhylightError(`--${wrong} does nothing for ${why} (whylight train --help)`);
  }
  return kind;
}

/** The data set with the labels a person gives its folders. */
function relabelled(data: LabelledPhotos, labels: readonly string[] | undefined): LabelledPhotos {
  if (labels === undefined) return data;
  if (labels.length !== data.classes.length || new Set(labels).size !== labels.length) {
    throw new WhylightError(
      `--classes ${labels.join(',')}: ${data.source} has the class folders ${data.classes.join(', ')}, and each needs a label of its own`,
    );
  }
  return { ...data, classes: labels };
}

/** Test photos under the labels of the training's: by folder name, or with `--classes` by the folders' order. */
function testData(test: LabelledPhotos, data: LabelledPhotos, request: TrainRequest): LabelledPhotos {
  const labels = request.classes ?? data.classes;
  const places = test.classes.map((folder) => Math.max(data.classes.indexOf(folder), labels.indexOf(folder)));
  if (places.every((place) => place >= 0)) return { ...test, classes: places.map((place) => labels[place]!) };
  if (request.classes !== undefined && test.classes.length === labels.length) return { ...test, classes: labels };
  throw new WhylightError(
    `the folders of ${test.source} are ${test.classes.join(', ')}, those of ${data.source} ${data.classes.join(', ')} (--classes gives both the same labels, in the order of their names)`,
  );
}

async function runTraining(name: string, kind: Kind, data: LabelledPhotos, request: TrainRequest, run: RunOptions) {
  const { title, seed, duplicates: duplicateDistance, unfreeze: from, augment } = request;
  const common = { name, title, seed, duplicateDistance, onDamaged: tellDamaged, ...run };
  const { epochs, patience, rate: learningRate, sparse: sparsity, batch } = request;
  const still = augment ? undefined : { mirror: false, shift: 0, light: 0 };
  const layers = Object.fromEntries(
    Object.entries({ epochs, patience, learningRate, sparsity, batch, augment: still }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  const checkpoint = checkpointFile(name, request);
  if (kind === 'scratch') {
    const { side, half, labels, keep } = request;
    return trainNetwork(request.backbone, data, { ...common, ...layers, side, half, labels, keep, checkpoint });
  }
  const { mirror, offline } = request;
  const { onProgress, signal } = run;
  const onNote = noteOnce();
  const backbone = await loadNetwork(request.backbone, { mirror, offline, onProgress, signal, onNote });
  const head = { ...common, l2: request.l2, cache: cacheFolder() };
  if (kind === 'head') return trainHead(backbone, data, { ...head, augment });
  return unfreeze(backbone, data, { ...head, ...layers, from: from!, checkpoint });
}

const checkpointFile = (name: string, { out }: TrainRequest) => path.join(out, `.${name}.checkpoint`);

/** Trains a network, writes it, and prints what a person wants to know: the work of `whylight train`. */
export async function train(name: string, request: TrainRequest): Promise<void> {
  const kind = await kindOf(name, request);
  const folders = await labelledPhotos(request.data);
  const data = relabelled(folders, request.classes);
  const test = request.test === undefined ? null : testData(await labelledPhotos(request.test), folders, request);
  await refuseForeignCard(request.out, name);
  const newFolders = await ensureWritableFolder(request.out);
  const reporter = createReporter();
  const resuming = existsSync(checkpointFile(name, request));
  try {
    await interruptible(async (signal) => {
      const run: RunOptions = {
        onProgress: reporter.onProgress,
        signal,
        ...(request.memory && { memoryMB: request.memory }),
      };
      const trained = await runTraining(name, kind, data, request, run);
      const other =
        test === null
          ? null
          : await testOn(trained.network, test, trained.hashes, { ...run, duplicateDistance: request.duplicates });
      reporter.stop();
      const { record, files } = await writeTraining(name, kind, trained, data, other, request);
      await rm(checkpointFile(name, request), { force: true });
      const { resumedAfter } = trained;
      process.stdout.write(
        request.json ? `${formatJson(record)}\n` : describeTraining(record, { resumedAfter, files }),
      );
    });
  } catch (error) {
    if (
      error instanceof AbortedError &&
      (kind !== 'scratch' || resuming || existsSync(checkpointFile(name, request)))
    ) {
      throw new AbortedError('interrupted (the same command goes on where this one was)', { cause: error });
    }
    throw error;
  } finally {
    reporter.stop();
    for (const folder of newFolders) await rmdir(folder).catch(() => undefined);
  }
}

async function writeTraining(
  name: string,
  kind: Kind,
  trained: Trained,
  data: LabelledPhotos,
  other: TrainingRecord['other'],
  request: TrainRequest,
): Promise<{ readonly record: TrainingRecord; readonly files: readonly string[] }> {
  const { network, split, curve, settings, learnt, validation, test, duplicateGroups } = trained;
  const count = data.photos.length;
  const counts = data.classes.map((label, i) => [label, data.photos.filter((photo) => photo.label === i).length]);
  const names = (photos: readonly number[]) => photos.map((photo) => data.photos[photo]!.name);
  const sha256 = await dataHash(data);
  const recordOf = (weights: StoredWeights): TrainingRecord => ({
    name,
    title: network.title,
    kind,
    data: { source: data.source, sha256, photos: Object.fromEntries(counts), duplicateGroups },
    settings,
    split: { training: split.training.length, validation: split.validation.length, test: split.test.length },
    weights,
    ...(learnt && { learnt }),
    validation,
    test,
    other,
    curve,
    heldOut: names(split.test),
  });
  const { report, sheet } = trainedFiles(request.out, name);
  const drawing = test.mistakes.length === 0 ? null : await mistakesSheet(name, test, data);
  // That of an earlier training under this name says nothing of this one.
  if (drawing === null) await rm(sheet, { force: true });
  let record: TrainingRecord | undefined;
  const files = await saveTrained(trained, {
    folder: request.out,
    backbone: kind === 'scratch' ? null : request.backbone,
    source: `trained by Whylight on ${count} photos of ${data.source}, seed ${request.seed}`,
    beside: async (weights) => {
      record = recordOf(weights);
      const pictures: WrittenFile[] = drawing === null ? [] : [[sheet, drawing]];
      return [...pictures, [report, `${formatJson(record)}\n`]];
    },
  });
  return { record: record!, files: files.toReversed() };
}

async function mistakesSheet(name: string, test: TrainingRecord['test'], data: LabelledPhotos): Promise<Buffer> {
  const byName = new Map(data.photos.map((photo) => [photo.name, photo]));
  const tiles = [];
  for (const { photo, truth, predicted, probability } of test.mistakes.slice(0, MOST_PICTURES)) {
    const image = await loadPhoto(await byName.get(photo)!.read(), { source: photo });
    tiles.push({
      image,
      lines: [`${truth}, taken for ${predicted}`, `${(100 * probability).toFixed(1)} % · ${photo}`],
    });
  }
  const { length } = test.mistakes;
  const some = length > MOST_PICTURES ? `the worst ${MOST_PICTURES} of ` : '';
  return contactSheet(
    tiles,
    `${name}: ${some}${length} mistakes on ${test.count} held-out photos, with the true class's probability`,
  );
}
