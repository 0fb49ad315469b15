import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { WhylightError } from '../explain/errors';
import { reasonOf } from '../explain/files';

/** Variables of the environment: where all credentials come from. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a queue's server is, and what it is entered with. */
export interface QueueAddress {
  /** What messages and records may show: never a credential. */
  readonly label: string;
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly username?: string;
  readonly password?: string;
  /** null: the connection is not encrypted. */
  readonly tls: Encryption | null;
}

/** What TLS needs beside the system's authorities, as PEM. */
interface Encryption {
  /** None for a bare number, which names nobody. */
  readonly servername?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

const form = 'redis://HOST:PORT/DATABASE, or rediss:// with TLS';

/**
 * Reads an address. User and password come from `WHYLIGHT_QUEUE_USER` and `WHYLIGHT_QUEUE_PASSWORD`, or stand in an address
 * that itself is in `WHYLIGHT_QUEUE`: whoever lists a machine's processes sees their arguments.
 * @param text null: what `WHYLIGHT_QUEUE` says
 * @throws WhylightError for what is no such address, and for a password among the arguments; neither repeats it.
 */
export function queueAddress(text: string | null, env: Environment = process.env): QueueAddress {
  const source = text ?? env.WHYLIGHT_QUEUE ?? '';
  if (source === '') throw new WhylightError(`no queue: name one with --queue or WHYLIGHT_QUEUE (${form})`);
  const url = parse(source);
  if (text !== null && (url.username !== '' || url.password !== '')) {
    throw new WhylightError(
      'a queue’s address on the command line holds no user or password, for every user of the machine can read it there: put them into WHYLIGHT_QUEUE_USER and WHYLIGHT_QUEUE_PASSWORD',
    );
  }
  const encrypted = url.protocol === 'rediss:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const [port, db] = [Number(url.port || 6379), database(url.pathname)];
  const username = env.WHYLIGHT_QUEUE_USER || decoded(url.username) || undefined;
  const password = env.WHYLIGHT_QUEUE_PASSWORD || decoded(url.password) || undefined;
  const tls = encrypted ? encryption(host, env) : null;
  return { label: `${url.protocol}//${url.hostname}:${port}/${db}`, host, port, db, username, password, tls };
}

function parse(source: string): URL {
  const url = URL.canParse(source) ? new URL(source) : null;
  if (url !== null && ['redis:', 'rediss:'].includes(url.protocol) && url.hostname !== '') return url;
  // What is no address may still hold a password.
  throw new WhylightError(`this is no address of a queue: ${source.replace(/\/\/.*@/s, '//…@')} (${form})`);
}

/** @throws WhylightError for a % that stands for itself */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new WhylightError('in the address of the queue, a % in user or password is written as %25');
  }
}

function database(path: string): number {
  const name = path.replace(/^\/|\/$/g, '');
  if (/^\d{0,4}$/.test(name)) return Number(name || 0);
  throw new WhylightError(`the database of a queue is a number, as in redis://HOST:6379/0: ${name}`);
}

/** TLS with the authorities of `WHYLIGHT_QUEUE_CA`, and a client's certificate where the environment names one. */
function encryption(servername: string, env: Environment): Encryption {
  const pem = (name: string) => (env[name] ? readPem(name, env[name]) : undefined);
  const [ca, cert, key] = [pem('WHYLIGHT_QUEUE_CA'), pem('WHYLIGHT_QUEUE_CERT'), pem('WHYLIGHT_QUEUE_KEY')];
  if ((cert === undefined) !== (key === undefined)) {
    throw new WhylightError('WHYLIGHT_QUEUE_CERT and WHYLIGHT_QUEUE_KEY belong together: name both files or neither');
  }
  return { ...(isIP(servername) === 0 && { servername }), ca, cert, key };
}

function readPem(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new WhylightError(`cannot read ${file}, which ${name} names: ${reasonOf(error)}`, { cause: error });
  }
}
