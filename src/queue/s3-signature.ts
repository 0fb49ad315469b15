import { createHash, createHmac } from 'node:crypto';

/** Keys of an object store, and where it is. */
export interface StoreKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary keys. */
  readonly sessionToken?: string;
  readonly region: string;
}

/** A request before it is signed. */
export interface PlainRequest {
  readonly method: string;
  /** With path and query as they are sent: each part encoded once. */
  readonly url: URL;
  /** All are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** As a signature has it: all but letters, digits and `-._~`. */
const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
const anew = (part: string) => encoded(decodeURIComponent(part));

function queryOf({ search }: URL): string {
  const parts = search.slice(1).split('&');
  const pairs = parts.filter((part) => part !== '').map((part) => part.split('=', 2));
  return pairs
    .map(([name = '', value = '']) => `${anew(name)}=${anew(value)}`)
    .sort()
    .join('&');
}

/**
 * The headers that show a request to come from the keys' owner, its contents included: what another changes on its way is
 * refused. AWS Signature Version 4 (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html).
 */
export function signedHeaders(
  { method, url, headers, body }: PlainRequest,
  { accessKeyId, secretAccessKey, sessionToken, region }: StoreKeys,
  now = new Date(),
): Readonly<Record<string, string>> {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const content = sha256(body);
  const all: Record<string, string> = {
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    ...{ host: url.host, 'x-amz-content-sha256': content, 'x-amz-date': time },
    ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
  };
  const names = Object.keys(all).sort();
  const lines = names.map((name) => `${name}:${all[name]!.trim().replace(/ +/g, ' ')}\n`).join('');
  const path = url.pathname.split('/').map(anew).join('/');
  const request = [method, path, queryOf(url), lines, names.join(';'), content].join('\n');
  const day = time.slice(0, 8);
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(request)].join('\n');
  const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  const signature = hmac(key as Buffer, text).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope},SignedHeaders=${names.join(';')},Signature=${signature}`;
  return { ...all, authorization };
}
