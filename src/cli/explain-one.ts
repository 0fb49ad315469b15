import path from 'node:path';
import type { Attribution } from '../explain/attribution';
import type { Classification } from '../explain/classify';
import { AbortedError, WhylightError } from '../explain/errors';
import { explainAll, lookFor } from '../explain/explain-all';
import type { FolderJournal } from '../explain/folder-journal';
import { rangeNote } from '../explain/image/range';
import type { CropBox } from '../explain/image/sample';
import { type Look, withLook } from '../explain/look';
import { type RunOptions, yieldToEvents } from '../explain/progress';
import { targetsOf } from './explain-choice';
import { figuresOf } from './explain-figures';
import { formats } from './explain-formats';
import { originOf } from './explain-origin';
import { type Output, openOutput } from './explain-output';
import type { OpenPlan } from './explain-plan';
import { mapNames, type PhotoFigure, type PhotoResults, resultsOf } from './explain-results';
import { resultsThere } from './explain-there';

/** One photo's work, as plain JSON. */
export interface PhotoTask {
  /** Where the photo lies. */
  readonly file: string;
  /** What results call it: the path as a person named it. */
  readonly photo: string;
  /** Folder for the results. */
  readonly folder: string;
  /** How the names of its results begin, with subfolders: `alps/wolf`. */
  readonly base: string;
}

/** What became of one photo, as plain JSON. */
export interface PhotoRecord {
  readonly photo: string;
  readonly base: string;
  /** `there`: its results were whole already. `refused`: the folder holds results of another plan, and nothing was done. */
  readonly state: 'explained' | 'there' | 'failed' | 'refused';
  /** What `BASE.json` holds; null where the photo failed or was refused. */
  readonly results: PhotoResults | null;
  /** Milliseconds of each map of the results, those of one method are made together; none where they were there. */
  readonly elapsedMs: readonly number[];
  /** Why it failed: one line, of all that went wrong. */
  readonly error: string | null;
  /** Why results that were there were made anew. */
  readonly remark: string | null;
  /** The stack of the first error, for `--debug`. */
  readonly stack: string | null;
}

/** How one photo is explained. */
export interface PhotoRun extends Omit<RunOptions, 'journal'> {
  /** Opens the journal in which an interrupted photo goes on. Default: none. */
  readonly openJournal?: () => FolderJournal | null;
  /** Absolute paths that no result replaces: the run's photos. Default: the task's own. */
  readonly inputs?: ReadonlySet<string>;
}

/**
 * Explains one photo into a folder: each map is written as soon as it is computed, figures after maps, and `BASE.json`
 * last, so that where it is, all is. Where it is there of the same photo, plan and code, and all it names, nothing is
 * done. Whatever goes wrong with this photo is in its record; what else it has is made and written all the same.
 *
 * Several may be at it at once: one of them computes, while others are read and written.
 * @throws AbortedError when interrupted, and nothing else.
 */
export async function explainOne(plan: OpenPlan, task: PhotoTask, run: PhotoRun = {}): Promise<PhotoRecord> {
  const { photo, base } = task;
  const record = { photo, base, results: null, elapsedMs: [], error: null, remark: null, stack: null };
  const errors: unknown[] = [];
  try {
    const source = path.basename(photo);
    const there = await resultsThere(path.join(task.folder, base), plan.origin, task.file, source);
    if (there.state === 'whole') return { ...record, state: 'there', results: there.results };
    if (there.state === 'other' && there.of === 'plan') return { ...record, state: 'refused', error: there.words };
    if (there.state === 'other') throw new WhylightError(there.words);
    const explained = await explainAnew(plan, task, run, errors);
    if (explained !== null) {
      return { ...record, ...explained, state: 'explained', remark: there.state === 'stale' ? there.why : null };
    }
  } catch (error) {
    if (run.signal?.aborted || error instanceof AbortedError) throw error;
    errors.push(error);
  }
  // In an order of their own: files are written at once, and which fails first is chance.
  const error = [...new Set(errors.map(lineOf))].sort().join('; ');
  return { ...record, state: 'failed', error, stack: (errors[0] as Error).stack ?? null };
}

function lineOf(error: unknown): string {
  if (error instanceof WhylightError) return error.message;
  return `unexpected error: ${new WhylightError((error as Error)?.message ?? String(error)).message}`;
}

/** Does what may fail; null where it failed, which is then among the errors. */
type Attempt = <T>(work: () => Promise<T>) => Promise<T | null>;

/** All of a photo that is asked for; null where some of it failed. */
async function explainAnew(
  plan: OpenPlan,
  { file, photo: name, folder, base }: PhotoTask,
  { inputs = new Set([path.resolve(file)]), openJournal, ...rest }: PhotoRun,
  errors: unknown[],
): Promise<Pick<PhotoRecord, 'results' | 'elapsedMs'> | null> {
  const { network, request } = plan;
  const journal = openJournal?.() ?? null;
  const run: RunOptions = { ...rest, journal, ...(request.memory && { memoryMB: request.memory }) };
  const attempt: Attempt = (work) => attempted(work, errors, run.signal);
  const output = openOutput({ folder, base, formats: request.format ?? formats, overlay: request.overlay, inputs });
  const sample = await plan.decoder.load(file, path.basename(name));
  const compute = (look: Look) => computed(plan, look, { output, attempt, run });
  const { pictures, views, ...own } = await plan.turn(() =>
    withLook(network, sample, compute, lookFor(plan.choice.methods, network)),
  );
  // Figures of several maps ask for all of them.
  const draw = async () => figuresOf(request.figure ?? [], { ...own, names: mapNames(own.maps) });
  const figures = [...views, ...((errors.length === 0 ? await attempt(draw) : null) ?? [])];
  await Promise.all(pictures);
  for (const figure of figures) await attempt(() => output.figure(figure));
  if (errors.length > 0) return null;
  const origin = originOf(plan.origin, sample);
  const note = rangeNote(sample);
  const notes = note === null ? [] : [note];
  const results = resultsOf({
    notes,
    file: name,
    name: path.basename(base),
    ...own,
    figures,
    files: output.files(),
    origin,
  });
  await output.results(results);
  journal?.clear();
  return { results, elapsedMs: own.maps.map((map) => map.elapsedMs) };
}

/** What one look at a photo gives. */
interface Computed {
  readonly classification: Classification;
  readonly crop: CropBox;
  readonly maps: readonly Attribution[];
  readonly views: readonly PhotoFigure[];
  /** The maps' pictures, while they are drawn and written. */
  readonly pictures: readonly Promise<unknown>[];
}

interface Work {
  readonly output: Output;
  readonly attempt: Attempt;
  readonly run: RunOptions;
}

/** Everything for which the network is asked, in its turn; each method's maps are on disk before the next begins. */
async function computed({ network, choice, request }: OpenPlan, look: Look, work: Work): Promise<Computed> {
  const { output, attempt, run } = work;
  const { classification, input, photo } = look;
  const ranked = classification.classes.map(({ index }) => index);
  const targets = targetsOf(request, network, ranked);
  const maps: Attribution[] = [];
  const pictures: Promise<unknown>[] = [];
  for (const call of choice.methods) {
    const some = await attempt(() => soundMaps(look, call, targets, run));
    const names = mapNames(some ?? []);
    for (const [i, map] of (some ?? []).entries()) {
      maps.push(map);
      await attempt(() => output.map(names[i]!, map));
      pictures.push(attempt(() => output.picture(names[i]!, map, photo)));
    }
  }
  const views: PhotoFigure[] = [];
  for (const { show, options } of choice.views) {
    views.push(...((await attempt(() => show(look, targets, options, run))) ?? []));
  }
  return { classification, crop: input.crop, maps, views, pictures };
}

/** The maps of one method. @throws WhylightError also where one holds what is no number. */
async function soundMaps(
  look: Look,
  call: OpenPlan['choice']['methods'][number],
  targets: ReturnType<typeof targetsOf>,
  run: RunOptions,
): Promise<readonly Attribution[]> {
  const maps = await explainAll(look, [call], targets, run);
  for (const { method, target, values } of maps) {
    const wrong = wrongOf(values);
    if (wrong === 0) continue;
    const where = wrong === values.length ? 'everywhere' : `at ${wrong} of ${values.length} px`;
    throw new WhylightError(`${method} for ${target.label}: the map is no number ${where}`);
  }
  return maps;
}

/** How many values are no number. */
function wrongOf(values: Float32Array): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) count++;
  return count;
}

async function attempted<T>(work: () => Promise<T>, errors: unknown[], signal?: AbortSignal): Promise<T | null> {
  try {
    await yieldToEvents(signal);
    return await work();
  } catch (error) {
    if (signal?.aborted || error instanceof AbortedError) throw error;
    errors.push(error);
    return null;
  }
}
