import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { download } from '../../../../src/explain/network/weights/download';

const folder = mkdtempSync(path.join(os.tmpdir(), 'download-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Downloads from a server of the test's own; answers the reason, and what is left on disk. */
async function refusal(answer: RequestListener, limits: { silence?: number; undeclared?: number }) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const labels: string[] = [];
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const onProgress = ({ label }: { readonly label: string }) => labels.push(label);
    const error = await download(url, path.join(folder, 'part'), 'w', { ...limits, onProgress }).catch((e) => e);
    return { reason: String((error as Error).message), labels: [...new Set(labels)], left: readdirSync(folder) };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('a server that never stops is left at the limit, and what it sent is removed', async () => {
  let sent = 0;
  const endless: RequestListener = (_, response) => {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(2 ** 16))) sent += 2 ** 16;
    };
    response.writeHead(200).on('drain', more);
    more();
  };
  const start = performance.now();
  expect(await refusal(endless, { undeclared: 2 ** 24 })).toMatchObject({
    reason: `the server sent more than ${2 ** 24} bytes`,
    left: [],
  });
  expect(performance.now() - start).toBeLessThan(2000);
  expect(sent).toBeLessThan(2 ** 26);
});

test('a server that declares more than weights can have, or than the disk has room for', async () => {
  const declare =
    (length: number): RequestListener =>
    (_, response) => {
      response.writeHead(200, { 'content-length': length });
      response.write('a');
    };
  expect((await refusal(declare(2 ** 50), {})).reason).toBe(
    `the server declares ${2 ** 50} bytes (allowed: up to ${2 ** 34})`,
  );
  expect(existsSync(path.join(folder, 'part'))).toBe(false);
});

test('a server that falls silent, before its answer or in it, is left after some tries', async () => {
  expect((await refusal(() => undefined, { silence: 50 })).reason).toBe('the server sent nothing for 0.05 s');
  let requests = 0;
  const stalling: RequestListener = (_, response) => {
    requests++;
    response.writeHead(200, { 'content-length': 100 });
    response.write('a');
  };
  const { reason, labels } = await refusal(stalling, { silence: 50 });
  expect(reason).toBe('the server sent nothing for 0.05 s');
  expect(requests).toBe(5);
  expect(labels).toContain('w, attempt 4 of 4');
});
