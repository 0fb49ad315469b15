import { plainLine } from '../explain/plain-line';
import { queueAddress } from '../queue/address';
import { connect } from '../queue/connection';
import { runWorker } from '../queue/worker';
import { openInProcess } from './compute-process';
import { interruptible } from './interrupt';
import { note } from './notes';
import { resultsPlace } from './queue-places';
import { failureLine, namedPhoto, type QueuePlan } from './queue-plan';

export interface WorkerRequest {
  readonly queue?: string;
  readonly photos?: string;
  readonly out?: string;
  readonly untilDone?: boolean;
  readonly timeout: number;
  readonly mirror?: string;
  readonly offline?: boolean;
}

/** Works on what is in the queue: the work of `whylight worker`. */
export async function work(request: WorkerRequest): Promise<void> {
  const { photos, out, untilDone, timeout, mirror, offline } = request;
  const address = queueAddress(request.queue ?? null);
  // Each time anew: a server that is lost twice is told twice.
  const client = await connect(address, { onNote: note });
  let [done, failed] = [0, 0];
  process.stderr.write(`working on ${address.label}\n`);
  try {
    await interruptible((signal) =>
      runWorker(client, {
        ...{ signal, untilDone, onNote: note },
        photos,
        ...(out !== undefined && { out: resultsPlace(out) }),
        open: ({ plan }) => openInProcess(plan as QueuePlan, { mirror, offline, timeout }),
        onPhoto: ({ name, plan }, { file, error }, how) => {
          done++;
          if (error === null) {
            const words = plainLine(`${name} ${namedPhoto(plan as QueuePlan, file)}`);
            process.stdout.write(`${words}${how === 'there' ? ': was there' : ''}\n`);
          } else {
            failed++;
            process.stderr.write(`whylight: ${plainLine(failureLine(plan as QueuePlan, file, error))}\n`);
          }
        },
      }),
    );
  } finally {
    client.disconnect();
    process.stderr.write(`worked on ${done} photos${failed === 0 ? '' : `, failed ${failed}`}\n`);
  }
}
