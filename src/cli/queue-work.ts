import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { AbortedError, WhylightError } from '../explain/errors';
import { ensureWritableFolder } from '../explain/files';
import { queueAddress } from '../queue/address';
import { collectRecords, placeFiles } from '../queue/collect';
import { connect } from '../queue/connection';
import { dropFailures, dropRun, retryFailures } from '../queue/failures';
import { folderStore } from '../queue/folder-store';
import { openStore } from '../queue/open-store';
import type { Run } from '../queue/run';
import { queueState, type RunProgress } from '../queue/state';
import { openManifest } from './explain-manifest';
import type { PhotoRecord } from './explain-one';
import { openTally } from './explain-summary';
import { interruptible } from './interrupt';
import { createReporter } from './progress';
import { isStore, outOf } from './queue-places';
import { commandOf, failureLine, isExplain, unitName } from './queue-plan';
import { queueText } from './queue-text';

export interface QueueRequest {
  readonly queue?: string;
  readonly wait?: boolean;
  readonly retry?: boolean;
  readonly drop?: boolean;
  readonly remove?: boolean;
  readonly collect?: string | true;
  readonly json?: boolean;
}

/**
 * Shows the queue and does what is asked of its runs: the work of `whylight queue`.
 * @returns the exit code: 1 where some photo failed
 */
export async function tendQueue(name: string, request: QueueRequest): Promise<number> {
  const address = queueAddress(request.queue ?? null);
  const client = await connect(address);
  try {
    return await interruptible(async (signal) => {
      const runs = await runsOf(client, name);
      const say = (line: string) => (request.json ? process.stderr : process.stdout).write(`${line}\n`);
      for (const { run } of runs) await tend(client, run, request, say);
      if (request.wait) await waitFor(client, name, signal);
      const { collect: where } = request;
      const failed = where === undefined ? 0 : await collectAll(await runsOf(client, name), name, where, say, signal);
      const state = await queueState(client);
      const view = { ...state, runs: state.runs.filter(({ run }) => run.name.startsWith(name)) };
      process.stdout.write(
        request.json ? `${JSON.stringify({ queue: address.label, ...view })}\n` : queueText(address.label, view),
      );
      return failed > 0 || view.runs.some((run) => run.failed > 0) ? 1 : 0;
    });
  } finally {
    client.disconnect();
  }
}

async function runsOf(client: Redis, name: string): Promise<readonly RunProgress[]> {
  const { runs } = await queueState(client);
  const some = runs.filter(({ run }) => run.name.startsWith(name));
  if (some.length > 0 || name === '') return some;
  throw new WhylightError(
    `no such run: ${name} (the queue has: ${runs.map(({ run }) => run.name).join(', ') || 'none'})`,
  );
}

async function tend(client: Redis, run: Run, { retry, drop, remove }: QueueRequest, say: (line: string) => void) {
  if (retry) say(`${run.name}: ${await retryFailures(client, await openStore(run.out), run)} are tried again`);
  if (drop) say(`${run.name}: ${await dropFailures(client, run)} failures are dropped`);
  if (remove) {
    await dropRun(client, run);
    say(`${run.name}: removed`);
  }
}

/** Shows how far the runs are until all photos have ended. */
async function waitFor(client: Redis, name: string, signal: AbortSignal): Promise<void> {
  const reporter = createReporter();
  try {
    for (;;) {
      const runs = await runsOf(client, name);
      const [done, total] = [sum(runs.map((run) => run.done)), sum(runs.map(({ run }) => run.total))];
      reporter.onProgress({ label: 'done by workers', done, total });
      if (done >= total) return;
      await sleep(1000, undefined, { signal }).catch(() => {
        throw new AbortedError('interrupted');
      });
    }
  } finally {
    reporter.stop();
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

/** Puts the results of runs together. @returns how many photos failed */
async function collectAll(
  runs: readonly RunProgress[],
  name: string,
  where: string | true,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  let failed = 0;
  for (const { run } of runs) {
    if (isExplain(run.plan)) failed += await collect(run, where, say, signal);
    else leaveToCommand(run, name, say);
  }
  return failed;
}

/** What waits itself for its run brings it together. @throws WhylightError where a person named that run */
function leaveToCommand(run: Run, name: string, say: (line: string) => void): void {
  const words = `${run.name}: ${commandOf(run.plan)} --queue, given again as it was, brings this run together`;
  if (name !== '') throw new WhylightError(words);
  say(words);
}

/** Puts a run's results together. @returns how many photos failed */
async function collect(
  run: Run,
  where: string | true,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  if (where === true && isStore(run.out)) throw new WhylightError(`${run.out} is no folder: say --collect DIR`);
  const out = where === true ? outOf(run.out) : where;
  await ensureWritableFolder(out);
  const [store, folder] = [await openStore(run.out), folderStore(out)];
  const tally = openTally();
  const manifest = openManifest(out, 'manifest');
  try {
    for await (const queued of collectRecords(store, run.name, run.total)) {
      if (signal.aborted) throw new AbortedError('interrupted');
      await placeFiles(store, queued, folder);
      const record = (queued.record as PhotoRecord | null) ?? withoutWork(run, queued);
      tally.count(record);
      manifest.add(record);
    }
    await manifest.close(signal);
  } finally {
    manifest.abandon();
  }
  say(`${run.name}: collected in ${out}${path.sep}`);
  say(tally.words());
  return tally.failed();
}

/** The record of a photo that no work came to the end of. */
const withoutWork = (
  { plan }: Run,
  { name, base, error }: { name: string; base: string; error: string | null },
): PhotoRecord => ({
  ...{ photo: unitName(plan, name), base, state: 'failed', results: null, elapsedMs: [] },
  ...{ error: failureLine(plan, name, error ?? ''), remark: null, stack: null },
});
