import { stat } from 'node:fs/promises';
import path from 'node:path';
import { WhylightError } from '../explain/errors';
import { queueAddress } from '../queue/address';
import { connect } from '../queue/connection';
import type { Unit } from '../queue/job';
import { openStore } from '../queue/open-store';
import { submit } from '../queue/submit';
import type { ExplainRequest } from './explain-choice';
import { checkRequest, openPlan } from './explain-plan';
import { interruptible } from './interrupt';
import { note, noteOnce } from './notes';
import { endingCounts } from './photo-walk';
import { createReporter } from './progress';
import { explainIdentity } from './queue-explain';
import { photosOfFolder, photosOfStore } from './queue-photos';
import { below, isStore, resultsPlace } from './queue-places';
import { explainPlan } from './queue-plan';

/** What `whylight explain --queue` takes beside the rest. */
export interface SubmitRequest extends ExplainRequest {
  /** true: the address is in the environment. */
  readonly queue: string | true;
  readonly priority?: number;
}

/**
 * Submits the photos of a folder or an object store for workers to explain: the work of `whylight explain --queue`.
 * @returns the exit code
 */
export async function submitPhotos(names: readonly string[], request: SubmitRequest): Promise<number> {
  const place = await onePlace(names);
  const idle = (['jobs', 'shard'] as const).find((option) => request[option] !== undefined);
  if (idle !== undefined) throw new WhylightError(`--${idle} does nothing with --queue: workers share the photos`);
  const address = queueAddress(request.queue === true ? null : request.queue);
  await checkRequest(request);
  const reporter = createReporter();
  const onNote = noteOnce(reporter);
  const [photos, out] = [isStore(place) ? place : path.resolve(place), resultsPlace(request.out)];
  if (isStore(place) && below(place, out) === '') {
    throw new WhylightError(`the photos' place is also the results': ${place} (choose another with --out)`);
  }
  const store = await openStore(out);
  const source = await openStore(photos);
  const others = new Map<string, number>();
  const queued = async function* (): AsyncGenerator<Unit> {
    const all = isStore(place)
      ? photosOfStore(source, below(place, out))
      : photosOfFolder(place, isStore(out) ? null : request.out);
    for await (const one of all) {
      if ('ending' in one) others.set(one.ending, (others.get(one.ending) ?? 0) + 1);
      else yield one.photo;
    }
  };
  const client = await connect(address, { onNote: (sentence) => note(sentence, reporter) });
  try {
    return await interruptible(async (signal) => {
      // Here, too, the network is loaded: what it does not allow is refused before anything is submitted.
      const { onProgress } = reporter;
      const opened = await openPlan(request, { signal, onProgress, onNote });
      opened.decoder.close();
      const plan = explainPlan(request, place);
      const identity = explainIdentity(plan, opened);
      const submission = { plan, identity, photos, out, priority: request.priority };
      const run = await submit(client, store, queued(), submission, { onProgress, signal });
      reporter.stop();
      const left = [...others.values()].reduce((sum, count) => sum + count, 0);
      const leftOut = left === 0 ? '' : `, left out ${left} (${endingCounts(others)})`;
      process.stdout.write(
        request.json
          ? `${JSON.stringify({ run: run.name, photos: run.total, leftOut: Object.fromEntries(others), queue: address.label })}\n`
          : `submitted ${run.total} photos as run ${run.name} to ${address.label}${leftOut}\n`,
      );
      return 0;
    });
  } finally {
    reporter.stop();
    client.disconnect();
  }
}

/** @throws WhylightError for several places, or a single photo */
async function onePlace(names: readonly string[]): Promise<string> {
  const [place] = names as [string];
  const isFolder = isStore(place) || (await stat(place).catch(() => null))?.isDirectory() === true;
  if (names.length === 1 && isFolder) return place;
  throw new WhylightError(`--queue takes one folder of photos or one s3://BUCKET/PREFIX: ${names.join(' ')}`);
}
