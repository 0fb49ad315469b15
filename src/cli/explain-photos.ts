import { rmdir } from 'node:fs/promises';
import path from 'node:path';
import { AbortedError, WhylightError } from '../explain/errors';
import { explainAll, lookFor } from '../explain/explain-all';
import { ensureWritableFolder } from '../explain/files';
import { loadPhoto } from '../explain/image/load-photo';
import type { ImageSample } from '../explain/image/sample';
import { withLook } from '../explain/look';
import { readCard } from '../explain/network/card';
import { loadNetwork } from '../explain/network/load-network';
import type { Network } from '../explain/network/network';
import type { RunOptions } from '../explain/progress';
import { ask, type Chosen, choose, type ExplainRequest, targetsOf } from './explain-choice';
import { figuresOf } from './explain-figures';
import {
  type ExplainedPhoto,
  formatJson,
  formats,
  mapNames,
  type PhotoFigure,
  toJson,
  writeFiles,
} from './explain-files';
import { describePhoto } from './explain-text';
import { interruptible } from './interrupt';
import { noteOnce } from './notes';
import { findPhotos, type PhotoFile } from './photos';
import { createReporter, type Reporter } from './progress';
import { unfinishedRuns } from './unfinished';

/** Classifies one photo, explains every target by every method, and shows what views were asked for. */
async function explainOne(
  network: Network,
  photo: ImageSample,
  file: PhotoFile,
  plan: Chosen,
  request: ExplainRequest,
  run: RunOptions,
): Promise<ExplainedPhoto> {
  return withLook(
    network,
    photo,
    async (look) => {
      const { classification, input } = look;
      const ranked = classification.classes.map(({ index }) => index);
      const targets = targetsOf(request, network, ranked);
      const maps = await explainAll(look, plan.methods, targets, run);
      const views: PhotoFigure[] = [];
      for (const { show, options } of plan.views) {
        views.push(...(await show(look, targets, options, run)));
        if (run.signal?.aborted) throw new AbortedError('interrupted');
      }
      const figures = figuresOf(request.figure ?? [], { classification, maps, names: mapNames(maps) });
      return {
        ...file,
        classification,
        sample: photo,
        crop: input.crop,
        maps,
        figures: [...views, ...figures],
        overlay: request.overlay,
      };
    },
    lookFor(plan.methods, network),
  );
}

/** Removes the folders this run made, if nothing was written to them. */
async function removeEmpty(folders: readonly string[]): Promise<void> {
  for (const folder of folders) await rmdir(folder).catch(() => undefined);
}

/** Loads the network with its progress shown. */
async function openNetwork(request: ExplainRequest, reporter: Reporter, signal: AbortSignal): Promise<Network> {
  const { mirror, offline, fit } = request;
  const onNote = noteOnce(reporter);
  const { onProgress } = reporter;
  const network = await loadNetwork(request.network, { mirror, offline, signal, onProgress, onNote });
  reporter.stop();
  return fit === undefined ? network : { ...network, preprocessing: { ...network.preprocessing, fit } };
}

/**
 * Explains every photo, writes its files, and prints what was found: the work of `whylight explain`.
 * @returns the exit code: 1 where some photo could not be read
 */
export async function explainPhotos(names: readonly string[], request: ExplainRequest): Promise<number> {
  const { out, format: outputs = formats, json = false, memory } = request;
  // What costs nothing is checked first: methods and their options, the names of the card, of the photos, and the folder.
  const selection = ask(request);
  if (request.figure !== undefined && !outputs.includes('png')) {
    throw new WhylightError('--figure draws PNG: name png among the --format kinds');
  }
  await readCard(request.network);
  const files = await findPhotos(names, out);
  const inputs = new Set(files.map(({ file }) => path.resolve(file)));
  const newFolders = await ensureWritableFolder(out);
  const reporter = createReporter();
  const journal = unfinishedRuns(request);
  const results: unknown[] = [];
  let failed = 0;
  try {
    await interruptible(async (signal) => {
      const network = await openNetwork(request, reporter, signal);
      const plan = choose(request, selection, network);
      plan.omissions.forEach(noteOnce(reporter));
      for (const [i, file] of files.entries()) {
        if (signal.aborted) throw new AbortedError('interrupted');
        reporter.prefix(files.length > 1 ? `${i + 1}/${files.length} ${file.base}` : file.base);
        let photo: ImageSample;
        try {
          photo = await loadPhoto(file.file);
        } catch (error) {
          if (!(error instanceof WhylightError) || files.length === 1) throw error;
          failed++;
          reporter.stop();
          process.stderr.write(`whylight: ${error.message}\n`);
          continue;
        }
        const run: RunOptions = {
          onProgress: reporter.onProgress,
          signal,
          journal,
          ...(memory && { memoryMB: memory }),
        };
        const explained = await explainOne(network, photo, file, plan, request, run);
        reporter.stop();
        const paths = await writeFiles(explained, out, outputs, inputs);
        journal?.clear();
        if (json) results.push(toJson(explained, outputs));
        else process.stdout.write(describePhoto(explained, paths));
      }
    });
  } finally {
    reporter.stop();
    await removeEmpty(newFolders);
  }
  if (json) process.stdout.write(`${formatJson(results)}\n`);
  return failed > 0 ? 1 : 0;
}
