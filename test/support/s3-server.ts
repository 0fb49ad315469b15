import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

/** An object store of the test's own: one bucket in memory, version 4 signatures checked, contents too. */
export interface ObjectServer {
  readonly address: string;
  readonly temporary: boolean;
  readonly objects: Map<string, Buffer>;
  /** Requests that were answered, as `PUT key`. */
  readonly log: string[];
  /** Answers that many requests with a 503 first. */
  fail: (count: number) => void;
  readonly close: () => Promise<void>;
}

export const access = { id: 'AKIATEST', secret: 'a-secret/with+signs', token: 'a-token/with+signs==' };

/** How a server differs from the plain one. */
interface ServerSettings {
  /** PEM, and it speaks TLS. */
  readonly tls?: { readonly key: Buffer; readonly cert: Buffer };
  /** Whether its keys are temporary, and their token is asked for. */
  readonly temporary?: boolean;
}
const bucket = 'photos-of-a-test';

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** The bytes of the query as they are signed: sorted, every sign encoded. */
const canonicalQuery = (query: URLSearchParams) =>
  [...query]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');

/** What is wrong with a request's signature; null: nothing. Written after AWS's description, not after the client. */
function flaw(request: IncomingMessage, body: Buffer, temporary: boolean): string | null {
  const form =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;
  const [, id, day, region, names, signature] = form.exec(request.headers.authorization ?? '') ?? [];
  if (id !== access.id) return 'InvalidAccessKeyId';
  if (temporary !== (request.headers['x-amz-security-token'] === access.token)) return 'InvalidToken';
  const content = String(request.headers['x-amz-content-sha256']);
  if (content !== sha256(body)) return 'XAmzContentSHA256Mismatch';
  const loose = Object.keys(request.headers).filter((name) => /^(?:host$|x-amz-)/.test(name));
  if (loose.some((name) => !names!.split(';').includes(name))) return 'AccessDenied';
  const url = new URL(request.url!, 'http://localhost');
  const headers = names!.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}\n`);
  const canonical = [
    request.method,
    url.pathname
      .split('/')
      .map((part) => encode(decodeURIComponent(part)))
      .join('/'),
    canonicalQuery(url.searchParams),
    headers.join(''),
    names,
    content,
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = [day!, region!, 's3', 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${access.secret}`);
  return hmac(key, text).toString('hex') === signature ? null : 'SignatureDoesNotMatch';
}

const inXml = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

function listing(objects: ObjectServer['objects'], query: URLSearchParams): string {
  const [prefix, after] = [query.get('prefix') ?? '', query.get('continuation-token') ?? ''];
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
  const page = keys.slice(0, Math.min(Number(query.get('max-keys') ?? 1000), 3));
  const entries = page.map(
    (key) =>
      `<Contents><Key>${inXml(key)}</Key><Size>${objects.get(key)!.length}</Size><ETag>"x"</ETag><LastModified>2026-01-01T00:00:00.000Z</LastModified><StorageClass>STANDARD</StorageClass></Contents>`,
  );
  const isMore = page.length < keys.length;
  const token = isMore ? `<NextContinuationToken>${inXml(page.at(-1)!)}</NextContinuationToken>` : '';
  return `<?xml version="1.0"?><ListBucketResult><Name>${bucket}</Name><KeyCount>${page.length}</KeyCount><IsTruncated>${isMore}</IsTruncated>${token}${entries.join('')}</ListBucketResult>`;
}

/** Starts it on the loopback interface. */
export async function startObjectServer({ tls, temporary = false }: ServerSettings = {}): Promise<ObjectServer> {
  const objects: ObjectServer['objects'] = new Map();
  const log: string[] = [];
  let failures = 0;

  const answer = (request: IncomingMessage, body: Buffer, response: ServerResponse) => {
    const say = (status: number, code: string) =>
      response.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`);
    if (failures > 0) {
      failures--;
      say(503, 'SlowDown');
      return;
    }
    const problem = flaw(request, body, temporary);
    if (problem !== null) {
      say(403, problem);
      return;
    }
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
    const [, place, ...rest] = pathname.split('/').map(decodeURIComponent);
    const key = rest.join('/');
    log.push(`${request.method} ${key}`);
    if (place !== bucket) say(404, 'NoSuchBucket');
    else if (key === '')
      response.writeHead(200, { 'content-type': 'application/xml' }).end(listing(objects, searchParams));
    else if (request.method === 'PUT') {
      objects.set(key, body);
      response.writeHead(200, { etag: '"x"' }).end();
    } else if (!objects.has(key)) say(404, 'NoSuchKey');
    else response.writeHead(200).end(request.method === 'HEAD' ? undefined : objects.get(key));
  };

  const listen = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(request, Buffer.concat(chunks), response));
  };
  const server = tls === undefined ? createServer(listen) : createTlsServer(tls, listen);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    temporary,
    address: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as { port: number }).port}`,
    objects,
    log,
    fail: (count) => {
      failures = count;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The environment with which a store of {@link startObjectServer} is opened, and its place. */
export const storeOf = (server: ObjectServer) => ({
  place: `s3://${bucket}/a folder`,
  env: {
    AWS_ENDPOINT_URL_S3: server.address,
    AWS_ACCESS_KEY_ID: access.id,
    AWS_SECRET_ACCESS_KEY: access.secret,
    AWS_REGION: 'eu-test-1',
    ...(server.temporary && { AWS_SESSION_TOKEN: access.token }),
  },
});
