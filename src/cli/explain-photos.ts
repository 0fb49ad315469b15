import { rmdir } from 'node:fs/promises';
import path from 'node:path';
import { ensureWritableFolder } from '../explain/files';
import { plainLine } from '../explain/plain-line';
import type { ExplainRequest } from './explain-choice';
import { openManifest } from './explain-manifest';
import { explainOne, type PhotoRecord, type PhotoTask } from './explain-one';
import { checkRequest, openPlan } from './explain-plan';
import { openPool } from './explain-pool';
import { formatJson } from './explain-results';
import { failureLine, failureOf, openTally, type Tally } from './explain-summary';
import { describeRecord } from './explain-text';
import { inOrder } from './in-order';
import { interruptible } from './interrupt';
import { noteOnce } from './notes';
import { type Sighting, walkPhotos } from './photo-walk';
import { createReporter, type Reporter } from './progress';
import { isOfShard } from './shard';
import { unfinishedRuns } from './unfinished';

/** Prints what becomes of each photo as soon as it is known. */
interface Printer {
  readonly record: (record: PhotoRecord) => void;
  /** The end: of a batch its summary, of JSON its bracket. */
  readonly close: (tally: Tally | null) => void;
  /** The end of what did not come to its end. */
  readonly abandon: () => void;
}

function tellRemark({ photo, remark }: PhotoRecord): void {
  if (remark !== null) process.stderr.write(`note: ${plainLine(`${photo} was made anew: ${remark}`)}\n`);
}

function tellOthers(rows: number, manifest: string): void {
  if (rows === 0) return;
  const what = rows === 1 ? '1 row of another photo' : `${rows} rows of other photos`;
  process.stderr.write(`note: ${plainLine(`${manifest}.csv and .parquet keep ${what}, behind this run's`)}\n`);
}

function textPrinter(folder: string): Printer {
  return {
    record: (record) => {
      if (record.results === null) process.stderr.write(`whylight: ${failureLine(record)}\n`);
      else process.stdout.write(describeRecord(record, folder));
      tellRemark(record);
    },
    close: (tally) => {
      if (tally === null) return;
      // A log of either stream alone has to hold the failures; on a terminal that shows both they stand just above.
      const isShown = process.stdout.isTTY === true && process.stderr.isTTY === true;
      process.stdout.write(`${tally.words(isShown)}\n`);
    },
    abandon: () => undefined,
  };
}

/** One array, written as it grows: whole JSON also where the run is interrupted. */
function jsonPrinter(): Printer {
  let isOpen = false;
  const begin = () => {
    const text = isOpen ? ',\n' : '[\n';
    isOpen = true;
    return text;
  };
  const end = () => {
    if (isOpen) process.stdout.write('\n]\n');
    isOpen = false;
  };
  return {
    record: (record) => {
      const { photo, state, error, results, elapsedMs } = record;
      const maps = results?.maps.map((map, i) => ({ ...map, elapsedMs: elapsedMs[i] }));
      const value = results === null ? { photo: { file: photo }, state, error } : { state, ...results, maps };
      process.stdout.write(begin() + formatJson(value));
      tellRemark(record);
    },
    close: (tally) => {
      end();
      if (tally !== null) process.stderr.write(`${tally.words()}\n`);
    },
    abandon: end,
  };
}

/** Removes the folders this run made, if nothing was written to them. */
async function removeEmpty(folders: readonly string[]): Promise<void> {
  for (const folder of folders) await rmdir(folder).catch(() => undefined);
}

type Candidate = Exclude<Sighting, { readonly is: 'left out' }>;

/** Whether one photo, or one folder that gave none, is all there is: its error is then the command's own. */
const isAlone = (names: readonly string[], { file }: Candidate) => names.length === 1 && file === names[0];

const failed = ({ file, base, error }: Extract<Candidate, { readonly is: 'unreadable' }>): PhotoRecord => {
  return { photo: file, base, state: 'failed', results: null, elapsedMs: [], error, stack: null, remark: null };
};

/** Photos that one process reads, computes and writes at once. */
const WIDTH = 3;

/** Photos and places that cannot be read, of this run's shard, one by one; what is left out is counted. */
async function* candidatesOf(walk: AsyncIterable<Sighting>, { shard }: ExplainRequest, tally: Tally) {
  for await (const sighting of walk) {
    const name = sighting.is === 'left out' ? sighting.file : sighting.base;
    if (shard !== undefined && !isOfShard(name, shard)) continue;
    if (sighting.is === 'left out') tally.leaveOut(sighting.ending);
    else yield sighting;
  }
}

/** `manifest`, of a shard `manifest-2-of-8`. */
const manifestName = ({ shard }: ExplainRequest) =>
  shard === undefined ? 'manifest' : `manifest-${shard.index}-of-${shard.count}`;

/**
 * Explains every photo behind the names, each by itself, and prints what was found: the work of `whylight explain`.
 * @returns the exit code: 1 where some photo failed
 */
export async function explainPhotos(names: readonly string[], request: ExplainRequest): Promise<number> {
  const { out, json = false } = request;
  // What costs nothing is checked first: methods and their options, the names of the card, of the photos, and the folder.
  await checkRequest(request);
  const tally = openTally();
  const candidates = candidatesOf(walkPhotos(names, out), request, tally);
  const { value: first } = (await candidates.next()) as IteratorResult<Candidate, undefined>;
  if (first?.is === 'unreadable' && isAlone(names, first)) throw failureOf(failed(first));
  const batch = first === undefined || !isAlone(names, first);
  const newFolders = await ensureWritableFolder(out);
  const reporter = createReporter();
  const printer = json ? jsonPrinter() : textPrinter(out);
  const manifest = batch ? openManifest(out, manifestName(request), names) : null;
  try {
    return await interruptible(async (signal) => {
      const records = explained(names, request, { candidates: joined(first, candidates), reporter, signal });
      for await (const record of records) {
        reporter.stop();
        // The folder holds something else: what would come of the rest of it?
        if (record.state === 'refused') throw failureOf(record);
        if (record.state === 'failed' && !batch && !json) throw failureOf(record);
        tally.count(record);
        printer.record(record);
        manifest?.add(record);
      }
      try {
        tellOthers((await manifest?.close(signal)) ?? 0, path.join(out, manifestName(request)));
      } finally {
        printer.close(batch ? tally : null);
      }
      return tally.failed() > 0 ? 1 : 0;
    });
  } finally {
    reporter.stop();
    printer.abandon();
    manifest?.abandon();
    await removeEmpty(newFolders);
  }
}

async function* joined(first: Candidate | undefined, rest: AsyncGenerator<Candidate>): AsyncGenerator<Candidate> {
  if (first !== undefined) yield first;
  yield* rest;
}

interface Batch {
  readonly candidates: AsyncGenerator<Candidate>;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** The records of all photos, in their order. */
async function* explained(names: readonly string[], request: ExplainRequest, batch: Batch) {
  const { candidates, reporter } = batch;
  const { jobs = 1, out: folder } = request;
  const inputs = names.map((name) => path.resolve(name));
  const onNote = noteOnce(reporter);
  const work =
    jobs > 1
      ? openPool(jobs, { request, inputs }, { ...batch, onNote })
      : await openAlone(inputs, request, { ...batch, onNote });
  reporter.stop();
  let count = 0;
  try {
    yield* inOrder(candidates, jobs * WIDTH, async (next) => {
      if (next.is === 'unreadable') return failed(next);
      const { file, base } = next;
      return work.explain({ file, photo: file, folder, base }, isAlone(names, next) ? base : `${++count} ${base}`);
    });
  } finally {
    work.close();
  }
}

/** The work in this process, with its progress shown. */
async function openAlone(
  inputs: readonly string[],
  request: ExplainRequest,
  { reporter, signal, onNote }: Batch & { readonly onNote: (sentence: string) => void },
) {
  const { onProgress, prefix } = reporter;
  const plan = await openPlan(request, { signal, onProgress, onNote });
  const run = { signal, inputs: new Set(inputs), openJournal: () => unfinishedRuns(request) };
  return {
    explain: (task: PhotoTask, label: string) =>
      explainOne(plan, task, {
        ...run,
        onProgress: (progress) => {
          prefix(label);
          onProgress(progress);
        },
      }),
    close: () => plan.decoder.close(),
  };
}
