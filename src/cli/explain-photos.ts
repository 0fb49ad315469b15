import { rmdir } from 'node:fs/promises';
import path from 'node:path';
import type { Attribution } from '../explain/attribution';
import { classify } from '../explain/classify';
import { AbortedError, WhylightError } from '../explain/errors';
import { ensureWritableFolder } from '../explain/files';
import { loadPhoto } from '../explain/image/load-photo';
import { prepareInput } from '../explain/image/prepare';
import type { ImageSample } from '../explain/image/sample';
import { findMethod, type Method, methods } from '../explain/methods';
import { readCard } from '../explain/network/card';
import { forward } from '../explain/network/executors/forward';
import { loadNetwork } from '../explain/network/load-network';
import type { Network } from '../explain/network/network';
import type { RunOptions } from '../explain/progress';
import { expandTargets } from '../explain/target';
import { type ExplainedPhoto, type Format, formatJson, formats, toJson, writeFiles } from './explain-files';
import { describePhoto } from './explain-text';
import { interruptible } from './interrupt';
import { findPhotos, type PhotoFile } from './photos';
import { createReporter, type Reporter } from './progress';
import { unfinishedRuns } from './unfinished';

/** What a person asked `whylight explain` for, before it is checked against the network. */
export interface ExplainRequest {
  readonly network: string;
  readonly method?: readonly string[];
  readonly target?: readonly string[];
  readonly size?: number | readonly [number, number];
  readonly stride?: number | readonly [number, number];
  readonly fill?: string;
  readonly layer?: readonly string[];
  readonly seed?: number;
  /** Further options, by the name the methods give them. */
  readonly option?: Readonly<Record<string, string | number | boolean>>;
  readonly memory?: number;
  readonly cache: boolean;
  readonly out: string;
  readonly format?: readonly Format[];
  readonly mirror?: string;
  readonly offline?: boolean;
  readonly json?: boolean;
}

const bestClasses = 5;

/** The source paper's three methods. */
const usual = ['saliency', 'occlusion', 'cam'] as const;

/** Options of methods that have a flag of their own. */
const methodOptions = ['size', 'stride', 'fill', 'seed', 'layer'] as const;

/** Every option of methods that was asked for, by the name the methods give it. */
function optionsOf(request: ExplainRequest): Readonly<Record<string, unknown>> {
  const given = methodOptions
    .filter((option) => request[option] !== undefined)
    .map((option) => [option, request[option]] as const);
  return { ...Object.fromEntries(given), ...request.option };
}

/** The methods to run; an option that none of them takes is an error, for it would change nothing. */
function chooseMethods(request: ExplainRequest, network: Network): readonly Method[] {
  const names = request.method?.flatMap((name) => (name === 'all' ? methods.map((method) => method.name) : [name]));
  const fits = (name: string) => name !== 'cam' || network.camNode !== null;
  const chosen = (names ?? usual.filter(fits)).map((name) => findMethod(name));
  for (const option of Object.keys(optionsOf(request))) {
    if (chosen.some((method) => method.options.includes(option))) continue;
    const takers = methods.filter((method) => method.options.includes(option)).map(({ name }) => name);
    const who = takers.length === 0 ? 'no method takes it' : `it belongs to ${takers.join(', ')}`;
    throw new WhylightError(`${option} does nothing for ${chosen.map(({ name }) => name).join(', ')}: ${who}`);
  }
  return chosen;
}

function targetsOf(request: ExplainRequest, network: Network, raw: Float32Array): readonly number[] {
  const seen = new Set<number>();
  for (const text of request.target ?? ['top1']) {
    for (const target of expandTargets(network, raw, text)) seen.add(target);
  }
  return [...seen];
}

/** Classifies one photo and explains every target by every method. */
async function explainOne(
  network: Network,
  photo: ImageSample,
  file: PhotoFile,
  chosen: readonly Method[],
  request: ExplainRequest,
  run: RunOptions,
): Promise<ExplainedPhoto> {
  const { classes } = await classify(network, photo);
  const raw = forward(network, prepareInput(photo, network.preprocessing).values);
  const maps: Attribution[] = [];
  for (const method of chosen) {
    const own = Object.fromEntries(
      Object.entries(optionsOf(request)).filter(([option]) => method.options.includes(option)),
    );
    for (const target of targetsOf(request, network, raw)) {
      maps.push(await method.run(network, photo, { ...own, ...run, target }));
      if (run.signal?.aborted) throw new AbortedError('interrupted');
    }
  }
  return { ...file, classes: classes.slice(0, bestClasses), maps };
}

/** Removes the folders this run made, if nothing was written to them. */
async function removeEmpty(folders: readonly string[]): Promise<void> {
  for (const folder of folders) await rmdir(folder).catch(() => undefined);
}

/** Loads the network with its progress shown. */
async function openNetwork(request: ExplainRequest, reporter: Reporter, signal: AbortSignal): Promise<Network> {
  const { mirror, offline } = request;
  const network = await loadNetwork(request.network, { mirror, offline, signal, onProgress: reporter.onProgress });
  reporter.stop();
  return network;
}

/**
 * Explains every photo, writes its files, and prints what was found: the work of `whylight explain`.
 * @returns the exit code: 1 where some photo could not be read
 */
export async function explainPhotos(names: readonly string[], request: ExplainRequest): Promise<number> {
  const { out, format: written = formats, json = false, memory } = request;
  // What costs nothing is checked first: names of methods, of the card, of the photos, and the folder.
  for (const name of request.method ?? []) if (name !== 'all') findMethod(name);
  await readCard(request.network);
  const files = await findPhotos(names, out);
  const inputs = new Set(files.map(({ file }) => path.resolve(file)));
  const made = await ensureWritableFolder(out);
  const reporter = createReporter();
  const journal = unfinishedRuns(request);
  const results: unknown[] = [];
  let failed = 0;
  try {
    await interruptible(async (signal) => {
      const network = await openNetwork(request, reporter, signal);
      const chosen = chooseMethods(request, network);
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
        const explained = await explainOne(network, photo, file, chosen, request, run);
        reporter.stop();
        const paths = await writeFiles(explained, out, written, inputs);
        journal?.clear();
        if (json) results.push(toJson(explained, written));
        else process.stdout.write(describePhoto(explained, paths));
      }
    });
  } finally {
    reporter.stop();
    await removeEmpty(made);
  }
  if (json) process.stdout.write(`${formatJson(results)}\n`);
  return failed > 0 ? 1 : 0;
}
