import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { S3mini } from 's3mini';
import { WhylightError } from '../explain/errors';
import { reasonOf } from '../explain/files';
import type { Environment } from './address';
import { type StoreKeys, signedHeaders } from './s3-signature';
import { type Store, StoreError } from './store';

/** Attempts of one request, and milliseconds before the second; each later pause is twice as long. */
const ATTEMPTS = 6;
const PAUSE = 250;
/** Milliseconds after which a request is given up. */
const PATIENCE = 120_000;
/** Names in one answer. */
const PAGE = 1000;

/**
 * A bucket of an S3-compatible server: `s3://BUCKET/PREFIX`, with what the environment says in the names that AWS gave it.
 * @throws WhylightError for what the environment lacks
 */
export async function s3Store(place: string, env: Environment): Promise<Store> {
  const [, bucket, folder] = /^s3:\/\/([a-z0-9][a-z0-9.-]+)\/?(.*?)\/*$/.exec(place) ?? [];
  if (bucket === undefined) throw new WhylightError(`this names no bucket: ${place} (s3://BUCKET/PREFIX)`);
  const root = folder === '' ? '' : `${folder}/`;
  const { S3mini } = await import('s3mini');
  const client = new S3mini({
    // It would leave out the contents, and knows no token of temporary keys: what goes out is signed here.
    ...{ accessKeyId: '', secretAccessKey: '', fetch: signedFetch(keysOf(env)) },
    ...{ endpoint: endpointOf(bucket, env), requestAbortTimeout: PATIENCE },
  });
  /** @throws WhylightError for a name that would leave the prefix, as an address in which `..` is resolved: names come from the queue. */
  const keyOf = (name: string) => {
    if (!name.split('/').includes('..')) return root + name;
    throw new WhylightError(`this name lies outside ${place}: ${name}`);
  };

  const attempt = async <T>(what: string, request: () => Promise<T>): Promise<T> => {
    for (let turn = 1; ; turn++) {
      try {
        return await request();
      } catch (error) {
        if (turn === ATTEMPTS || isRefusal(error)) {
          throw new StoreError(`cannot ${what} in ${place}: ${wordsOf(error)}`, { cause: error });
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE * 2 ** (turn - 1)));
      }
    }
  };
  const read = async (name: string) => {
    const key = keyOf(name);
    const bytes = await attempt(`read ${name}`, () => client.getObjectArrayBuffer(key));
    return bytes === null ? null : Buffer.from(bytes);
  };

  return {
    label: place,
    read,
    list: (prefix) => namesBelow(client, keyOf(prefix), root.length, attempt),
    write: async (name, bytes) => {
      const key = keyOf(name);
      await attempt(`write ${name}`, () => client.putObject(key, bytes, 'application/octet-stream'));
    },
    local: async (name, scratch) => {
      const bytes = await read(name);
      if (bytes === null) return null;
      const file = path.join(scratch, path.posix.basename(name));
      await writeFile(file, bytes).catch((error) => {
        throw new StoreError(`cannot write ${file}: ${reasonOf(error)}`, { cause: error });
      });
      return file;
    },
  };
}

async function* namesBelow(
  client: S3mini,
  prefix: string,
  skip: number,
  attempt: <T>(what: string, request: () => Promise<T>) => Promise<T>,
): AsyncGenerator<string> {
  let token: string | undefined;
  do {
    const page = await attempt(`list ${prefix || 'all'}`, async () => {
      const answer = await client.listObjectsPaged('/', prefix, PAGE, token);
      if (!answer) throw new StoreError('there is no such bucket');
      return answer;
    });
    for (const { Key } of page.objects ?? []) {
      if (!Key.endsWith('/')) yield Key.slice(skip);
    }
    token = page.nextContinuationToken;
  } while (token !== undefined);
}

const regionOf = (env: Environment) => env.AWS_REGION || env.AWS_DEFAULT_REGION || 'us-east-1';

/** Signs each request as it goes out. */
function signedFetch(keys: StoreKeys): typeof fetch {
  return async (address, { method = 'GET', headers, body, ...more } = {}) => {
    const url = new URL(String(address));
    const bytes = body === undefined || body === null ? '' : body;
    if (typeof bytes !== 'string' && !(bytes instanceof Uint8Array))
      throw new TypeError('only bytes are sent to a store');
    const request = {
      method,
      url,
      headers: headers as Readonly<Record<string, string>>,
      body: Buffer.from(bytes as string),
    };
    return fetch(url, { ...more, method, body, headers: signedHeaders(request, keys) });
  };
}

function keysOf(env: Environment): StoreKeys {
  const [accessKeyId, secretAccessKey] = [env.AWS_ACCESS_KEY_ID, env.AWS_SECRET_ACCESS_KEY];
  if (!accessKeyId || !secretAccessKey) {
    throw new WhylightError('an S3 store needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment');
  }
  const token = env.AWS_SESSION_TOKEN;
  return { accessKeyId, secretAccessKey, region: regionOf(env), ...(token && { sessionToken: token }) };
}

/** The bucket's own address: Amazon's, or below the server that the environment names. */
function endpointOf(bucket: string, env: Environment): string {
  const server = env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || `https://s3.${regionOf(env)}.amazonaws.com`;
  const url = URL.canParse(server) ? new URL(server) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '') {
    throw new WhylightError('AWS_ENDPOINT_URL_S3 has to be http:// or https://, without user and password');
  }
  return `${url.href.replace(/\/+$/, '')}/${bucket}`;
}

/** What no second attempt mends: the credentials, the rights, the bucket. Too many requests are mended by waiting. */
const isRefusal = (error: unknown) => {
  const { status } = error as { status?: number };
  return error instanceof WhylightError || (status !== undefined && status >= 400 && status < 500 && status !== 429);
};

function wordsOf(error: unknown): string {
  const { status, serviceCode, message, cause } = error as Error & { status?: number; serviceCode?: string };
  if (status === 403)
    return `the server refuses (${serviceCode ?? 'forbidden'}): see AWS_ACCESS_KEY_ID, its rights, and AWS_SESSION_TOKEN where keys are temporary`;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code !== undefined && /CERT|SIGNATURE/.test(code)) {
    return `its certificate is of no authority that is trusted here (${code}; NODE_EXTRA_CA_CERTS names one)`;
  }
  return code === undefined ? message : `${message} (${code})`;
}
