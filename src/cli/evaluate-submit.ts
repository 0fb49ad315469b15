import path from 'node:path';
import { outcomeIdentities } from '../analyses/evaluate';
import { ensureWritableFolder, writeWhole } from '../explain/files';
import { identityIn, readEntry } from '../explain/store/entry-file';
import type { Unit } from '../queue/job';
import type { Store } from '../queue/store';
import type { UnitRecord } from '../queue/unit-work';
import type { EvaluationRequest, OpenEvaluation } from './evaluate-plan';
import { note } from './notes';
import type { Reporter } from './progress';
import { evaluateIdentity } from './queue-evaluate';
import { wholePlaces } from './queue-places';
import type { EvaluatePlan, EvaluateTask } from './queue-plan';
import { type Sharing, shareWork } from './queue-share';

/** Entries of outcomes in a store's folder, and in a unit's. */
const entryName = /^measurements\/[0-9a-f]{64}\.entry$/;
const entryOf = (identity: string) => `measurements/${identity}.entry`;

/**
 * Has workers find the outcomes that a store lacks, and puts them into it, as an evaluation here would have kept them.
 * @param folder the store's
 * @throws WhylightError where some failed
 */
export async function shareEvaluation(
  evaluation: OpenEvaluation,
  request: EvaluationRequest,
  folder: string,
  sharing: Sharing,
  run: { readonly reporter: Reporter; readonly signal: AbortSignal },
): Promise<void> {
  const units = openUnits(evaluation, folder);
  if (units.length === 0) return;
  const work = { plan: planOf(request), units, identity: evaluateIdentity(evaluation) };
  await shareWork(work, sharing, run, async (store, records) => {
    await ensureWritableFolder(path.join(folder, 'measurements'));
    for (const record of records) await takeEntries(store, record, folder, run.reporter);
  });
}

/** Photos under networks of which an outcome is missing. */
function openUnits({ networks, photos, options }: OpenEvaluation, folder: string): Unit[] {
  const isThere = (identity: string) =>
    readEntry({ file: path.join(folder, entryOf(identity)), identity }).state === 'whole';
  return networks.flatMap((network) =>
    photos
      .filter((photo) => !outcomeIdentities({ network, photo, photos }, options).every(isThere))
      .map(({ name: photo }) => {
        const task: EvaluateTask = { network: network.name, photo };
        const name = `${network.name}/${photo}`;
        return { name, base: name, task };
      }),
  );
}

function planOf(request: EvaluationRequest): EvaluatePlan {
  const { network, methods, measures, preset, option, target, memory, classes, backgrounds, scenes, seed } = request;
  const choice = { network, methods, measures, preset, option, target, memory, classes, backgrounds, scenes, seed };
  const plain = { ...choice, with: request.with, ...wholePlaces(request) };
  // As JSON, in which what is undefined is not there: what a worker reads is what was written.
  return { kind: 'evaluate', request: JSON.parse(JSON.stringify(plain)) as EvaluationRequest };
}

async function takeEntries(store: Store, record: UnitRecord, folder: string, reporter: Reporter): Promise<void> {
  for (const name of record.files.filter((file) => entryName.test(file))) {
    const bytes = await store.read(`${record.folder}${name}`);
    if (bytes !== null && identityIn(bytes) === path.basename(name, '.entry')) {
      await writeWhole(path.join(folder, name), bytes);
    } else {
      note(`${store.label} holds a damaged outcome of ${record.name}: it is computed here`, reporter);
    }
  }
}
