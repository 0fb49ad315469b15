import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { queueAddress } from '../../src/queue/address';
import { connect } from '../../src/queue/connection';
import { openQueue } from '../../src/queue/queue';
import { hasOpenssl, makeCertificates } from '../support/certificates';
import { freePort, type RedisServer, serverProgram, startRedis } from '../support/redis-server';

let folder = '';
const servers: RedisServer[] = [];
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'whylight-connection-'));
});
afterAll(async () => {
  for (const server of servers) await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(...settings: readonly string[]): Promise<RedisServer> {
  const server = await startRedis(await mkdtemp(path.join(folder, 'data-')), await freePort(), settings);
  servers.push(server);
  return server;
}

const messageOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: Error) => error.message,
  );

test('where nothing listens, or something that is no queue, one line says so', async () => {
  const port = await freePort();
  const patience = 600;
  const absent = queueAddress(`redis://127.0.0.1:${port}`, {});
  expect(await messageOf(connect(absent, { patience }))).toBe(
    `cannot use the queue redis://127.0.0.1:${port}/0: nothing answers at that port`,
  );
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port: other } = silent.address() as { port: number };
  expect(await messageOf(connect(queueAddress(`redis://127.0.0.1:${other}`, {}), { patience }))).toMatch(
    /^cannot use the queue redis:\/\/127\.0\.0\.1:\d+\/0: /,
  );
  silent.close();
});

describe.skipIf(serverProgram === '')('a real server', () => {
  test('is entered with what the environment says, and its refusal shows none of it', async () => {
    const { address } = await start('--requirepass', 'open sesame');
    const wrong = { WHYLIGHT_QUEUE_PASSWORD: 'guessed' };
    const refusal = 'it refuses the user or password (WHYLIGHT_QUEUE_USER, WHYLIGHT_QUEUE_PASSWORD)';
    for (const env of [{}, wrong, { ...wrong, WHYLIGHT_QUEUE_USER: 'nobody' }]) {
      const message = await messageOf(connect(queueAddress(address, env)));
      expect(message).toBe(`cannot use the queue ${address}/0: ${refusal}`);
    }
    const client = await connect(queueAddress(address, { WHYLIGHT_QUEUE_PASSWORD: 'open sesame' }));
    expect(await client.ping()).toBe('PONG');
    client.disconnect();
  });

  test('is refused where it forgets keys when it is full', async () => {
    const { address } = await start('--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru');
    expect(await messageOf(connect(queueAddress(address, {})))).toContain(
      'forgets keys when its memory is full (maxmemory-policy allkeys-lru): set it to noeviction',
    );
  });

  test.skipIf(!hasOpenssl)(
    'is reached by TLS, with an authority and a client’s certificate of one’s own, and not without',
    async () => {
      const { authority, certificate, key } = makeCertificates(folder);
      const port = await freePort();
      const certificates = ['--tls-cert-file', certificate, '--tls-key-file', key];
      const settings = ['--tls-port', String(port), ...certificates, '--tls-ca-cert-file', authority];
      servers.push(await startRedis(folder, port, settings));
      const address = `rediss://127.0.0.1:${port}`;
      const ca = { WHYLIGHT_QUEUE_CA: authority };
      const own = { WHYLIGHT_QUEUE_CERT: certificate, WHYLIGHT_QUEUE_KEY: key };
      expect(await messageOf(connect(queueAddress(address, own), { patience: 800 }))).toMatch(/WHYLIGHT_QUEUE_CA/);
      expect(await messageOf(connect(queueAddress(address, ca), { patience: 800 }))).toMatch(/^cannot use the queue/);
      const client = await connect(queueAddress(address, { ...ca, ...own }));
      const queue = await openQueue(client);
      expect(await queue.getWorkersCount()).toBe(0);
      await queue.close();
      client.disconnect();
      expect(() => queueAddress(address, { ...ca, WHYLIGHT_QUEUE_CERT: certificate })).toThrow('belong together');
    },
  );
});
