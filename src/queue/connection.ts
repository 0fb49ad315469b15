import type { Redis } from 'ioredis';
import { WhylightError } from '../explain/errors';
import type { QueueAddress } from './address';

/** How long and how a connection is tried. */
interface ConnectOptions {
  /** Milliseconds until a server that cannot be reached at first is an error; null: it is tried for ever. Default: 10,000. */
  readonly patience?: number | null;
  /** Told once each time the server is lost, and once each time it is back. */
  readonly onNote?: (note: string) => void;
}

/** Milliseconds between two attempts, at most. */
const PAUSE = 5000;

/**
 * Connects to the queue's server, and again whenever it is lost.
 * @throws WhylightError where it cannot be reached, refuses the credentials, or would throw jobs away when it is full.
 */
export async function connect(address: QueueAddress, options: ConnectOptions = {}): Promise<Redis> {
  // Loaded here: the rest of the command line does without.
  const { Redis } = await import('ioredis');
  const { patience = 10_000, onNote } = options;
  const { label, host, port, db, username, password, tls } = address;
  const client = new Redis({
    ...{ host, port, db, username, password },
    ...(tls !== null && { tls }),
    lazyConnect: true,
    // As the engine asks of connections that wait for jobs.
    maxRetriesPerRequest: null,
    connectTimeout: patience ?? 10_000,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), PAUSE),
  });
  let lost: string | null = null;
  client.on('error', (error: Error) => {
    if (lost === null)
      onNote?.(`the queue ${label} is out of reach (${wordsOf(error)}); trying again until it is back`);
    lost = wordsOf(error);
  });
  client.on('ready', () => {
    if (lost !== null) onNote?.(`the queue ${label} is back`);
    lost = null;
  });
  try {
    await within(
      client.connect().catch(() => ready(client)),
      patience,
    );
    await refuseForgetful(client, label);
    return client;
  } catch (error) {
    client.disconnect();
    if (error instanceof WhylightError) throw error;
    const reason = wordsOf(error instanceof Timeout && lost !== null ? lost : error);
    throw new WhylightError(`cannot use the queue ${label}: ${reason}`, { cause: error });
  }
}

class Timeout extends Error {}

/** Settles as a promise does, or after some milliseconds with a {@link Timeout}. */
async function within<T>(promise: Promise<T>, milliseconds: number | null): Promise<T> {
  if (milliseconds === null) return promise;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Timeout(`no answer within ${milliseconds / 1000} s`)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

const refusals = /^(?:WRONGPASS|NOAUTH|NOPERM|ERR AUTH|ERR DB index)/;

/** Resolves once the client is ready; rejects where the server refuses it, which waiting does not mend. */
function ready(client: Redis): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once('ready', () => resolve());
    client.on('error', (error: Error) => {
      if (refusals.test(error.message)) reject(error);
    });
  });
}

/** A server that forgets keys when its memory is full would lose jobs without a word. */
async function refuseForgetful(client: Redis, label: string): Promise<void> {
  const policy = /^maxmemory_policy:(.*?)\r?$/m.exec(await client.info('memory'))?.[1];
  if (policy === undefined || policy === 'noeviction') return;
  throw new WhylightError(
    `the queue ${label} forgets keys when its memory is full (maxmemory-policy ${policy}): set it to noeviction`,
  );
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers at that port',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the name of its host cannot be looked up now',
  ECONNRESET: 'the connection was cut',
  ETIMEDOUT: 'it does not answer in time',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself (WHYLIGHT_QUEUE_CA names the authority to trust)',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of an unknown authority (WHYLIGHT_QUEUE_CA names one to trust)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is of an unknown authority (WHYLIGHT_QUEUE_CA names one to trust)',
};

/** What went wrong, without what was sent: commands hold passwords. */
function wordsOf(error: unknown): string {
  if (typeof error === 'string') return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (/^(?:WRONGPASS|NOAUTH|ERR AUTH)/.test(message)) {
    return 'it refuses the user or password (WHYLIGHT_QUEUE_USER, WHYLIGHT_QUEUE_PASSWORD)';
  }
  if (/^NOPERM/.test(message)) return 'its user may not do that (the queue needs all commands on keys of whylight:*)';
  return words[code ?? ''] ?? message;
}
