import { expect, test } from 'vitest';
import { signedHeaders } from '../../src/queue/s3-signature';

// The examples of AWS's own description, "Authenticating Requests: Using the Authorization Header".
const keys = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
};
const now = new Date('2013-05-24T00:00:00Z');
const place = 'https://examplebucket.s3.amazonaws.com';
const nothing = new Uint8Array();

const signature = (request: Parameters<typeof signedHeaders>[0]) =>
  /Signature=([0-9a-f]{64})$/.exec(signedHeaders(request, keys, now).authorization!)![1];

test('is that of AWS’s examples: an object, some bytes of it, a list', () => {
  const url = (end: string) => new URL(`${place}/${end}`);
  expect(signature({ method: 'GET', url: url('test.txt'), headers: { Range: 'bytes=0-9' }, body: nothing })).toBe(
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  );
  const headers = { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' };
  const body = Buffer.from('Welcome to Amazon S3.');
  expect(signature({ method: 'PUT', url: url('test%24file.text'), headers, body })).toBe(
    '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  );
  expect(signature({ method: 'GET', url: url('?lifecycle'), headers: {}, body: nothing })).toBe(
    'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  );
  expect(signature({ method: 'GET', url: url('?max-keys=2&prefix=J'), headers: {}, body: nothing })).toBe(
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  );
});

test('a token of temporary keys is sent and signed', () => {
  const url = new URL(`${place}/test.txt`);
  const headers = signedHeaders(
    { method: 'GET', url, headers: {}, body: nothing },
    { ...keys, sessionToken: 't' },
    now,
  );
  expect(headers['x-amz-security-token']).toBe('t');
  expect(headers.authorization).toContain('SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,');
});
