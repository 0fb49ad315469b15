import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { placeFiles } from '../../src/queue/collect';
import { openStore } from '../../src/queue/open-store';
import type { Store } from '../../src/queue/store';
import { access, type ObjectServer, startObjectServer, storeOf } from '../support/s3-server';

let scratch = '';
let server: ObjectServer;
beforeAll(async () => {
  scratch = await mkdtemp(path.join(os.tmpdir(), 'whylight-stores-'));
  server = await startObjectServer();
});
afterEach(() => server.objects.clear());
afterAll(async () => {
  await server.close();
  await rm(scratch, { recursive: true, force: true });
});

const names = ['a.jpg', 'b/a?b#c%20d.jpg', 'b/c d&é+.jpg', 'b/c.jpg', 'b/deep/e(1).jpg', 'z.jpg'];

async function listed(store: Store, prefix: string): Promise<string[]> {
  const all: string[] = [];
  for await (const name of store.list(prefix)) all.push(name);
  return all;
}

const kinds = {
  folder: async () => openStore(await mkdtemp(path.join(scratch, 'store-'))),
  s3: async () => {
    const { place, env } = storeOf(server);
    return openStore(place, env);
  },
};

describe.each(Object.entries(kinds))('%s', (_, open) => {
  test('gives back what was put into it, and lists it in order', async () => {
    const store = await open();
    for (const name of [...names].reverse()) await store.write(name, Buffer.from(name.repeat(2)));
    expect(await listed(store, '')).toEqual(names);
    expect((await listed(store, 'b/')).length).toBe(4);
    expect(await listed(store, 'none/')).toEqual([]);
    for (const name of names) expect((await store.read(name))!.toString()).toBe(name.repeat(2));
    await store.write('a.jpg', Buffer.from('anew'));
    expect((await store.read('a.jpg'))!.toString()).toBe('anew');
    expect(await store.read('b/none.jpg')).toBeNull();
  });

  test('gives out a file of this machine', async () => {
    const store = await open();
    await store.write('b/c.jpg', Buffer.from('content'));
    const local = await store.local('b/c.jpg', scratch);
    expect(await readFile(local!, 'utf8')).toBe('content');
    expect(await store.local('none', scratch)).toBeNull();
  });
});

test('a folder gives out nothing that lies outside it, and leaves hidden files alone', async () => {
  const root = path.join(scratch, 'inside');
  await mkdir(root);
  await writeFile(path.join(scratch, 'outside.txt'), 'secret');
  await writeFile(path.join(root, '.hidden'), '');
  await symlink(path.join(scratch, 'outside.txt'), path.join(root, 'link.jpg'));
  const store = await openStore(root);
  for (const name of ['../outside.txt', `${scratch}/outside.txt`, 'a/../../outside.txt', '']) {
    await expect(store.read(name)).rejects.toThrow('outside the folder');
    await expect(store.write(name, Buffer.from(''))).rejects.toThrow('outside the folder');
    await expect(store.local(name, scratch)).rejects.toThrow('outside the folder');
  }
  // A link that somebody put there is theirs.
  expect(await listed(store, '')).toEqual(['link.jpg']);
});

test('an object store gives out nothing that lies outside its prefix', async () => {
  const { place, env } = storeOf(server);
  server.objects.set('outside.txt', Buffer.from('secret'));
  const store = await openStore(place, env);
  for (const name of ['../outside.txt', 'a/../../outside.txt']) {
    await expect(store.read(name)).rejects.toThrow(`this name lies outside ${place}`);
    await expect(store.write(name, Buffer.from(''))).rejects.toThrow(`this name lies outside ${place}`);
    await expect(store.local(name, scratch)).rejects.toThrow(`this name lies outside ${place}`);
  }
});

test('a folder that is away, as one not mounted here, is a StoreError, and no photo that is missing', async () => {
  const root = path.join(scratch, 'not-mounted');
  const store = await openStore(root);
  await expect(store.local('a.jpg', scratch)).rejects.toMatchObject({
    name: 'StoreError',
    message: `cannot read the folder ${root}: there is no such file or folder`,
  });
  await mkdir(root);
  expect(await store.local('a.jpg', scratch)).toBeNull();
});

test('a record that names files elsewhere puts none there', async () => {
  const [from, to] = [await openStore(path.join(scratch, 'from')), await openStore(path.join(scratch, 'to'))];
  await from.write('results/x.json', Buffer.from('bytes'));
  const record = { place: 0, name: 'x.jpg', base: 'x', error: null, record: null, folder: 'results/y/' };
  await expect(placeFiles(from, { ...record, files: ['../x.json'] }, to)).rejects.toThrow('outside the folder');
});

test('a folder that cannot be written to is a StoreError that names it', async () => {
  const file = path.join(scratch, 'a-file');
  await writeFile(file, '');
  const store = await openStore(file);
  await expect(store.write('a.txt', Buffer.from(''))).rejects.toMatchObject({
    name: 'StoreError',
    message: expect.stringContaining(file),
  });
});

test('an object store that is busy is asked again; one that refuses is not, and no error shows the secret', async () => {
  const { place, env } = storeOf(server);
  const store = await openStore(place, env);
  server.fail(2);
  await store.write('a.txt', Buffer.from('patience'));
  expect(server.objects.get('a folder/a.txt')!.toString()).toBe('patience');
  const before = server.log.length;
  const stranger = await openStore(place, { ...env, AWS_SECRET_ACCESS_KEY: 'wrong' });
  const error = await stranger.read('a.txt').catch((reason: Error) => reason);
  expect(error).toMatchObject({
    name: 'StoreError',
    message: `cannot read a.txt in ${place}: the server refuses (SignatureDoesNotMatch): see AWS_ACCESS_KEY_ID, its rights, and AWS_SESSION_TOKEN where keys are temporary`,
  });
  expect(server.log.length).toBe(before);
  const other = await openStore('s3://another-bucket', env);
  await expect(other.write('a', Buffer.from('b'))).rejects.toThrow('404');
  for (const thrown of [error, await listed(other, '').catch((reason: Error) => reason)]) {
    expect(`${(thrown as Error).stack} ${(thrown as Error).cause}`).not.toContain(access.secret);
  }
});

test('temporary keys come with their token, which no error shows', async () => {
  const own = await startObjectServer({ temporary: true });
  try {
    const { place, env } = storeOf(own);
    const store = await openStore(place, env);
    await store.write('a.txt', Buffer.from('by a token'));
    expect((await store.read('a.txt'))!.toString()).toBe('by a token');
    expect(await listed(store, '')).toEqual(['a.txt']);
    for (const token of [undefined, `${access.token}x`]) {
      const stranger = await openStore(place, { ...env, AWS_SESSION_TOKEN: token });
      const error = await stranger.read('a.txt').catch((reason: Error) => reason);
      expect(error).toMatchObject({ name: 'StoreError', message: expect.stringContaining('refuses (InvalidToken)') });
      expect(`${(error as Error).stack} ${(error as Error).cause}`).not.toContain(access.token);
    }
  } finally {
    await own.close();
  }
});

test('what the environment lacks is said without what it has', async () => {
  const { place, env } = storeOf(server);
  const cases: [Record<string, string | undefined>, string][] = [
    [{ AWS_SECRET_ACCESS_KEY: undefined }, 'needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'],
    [{ AWS_ENDPOINT_URL_S3: 'http://me:mine@localhost' }, 'without user and password'],
    [{ AWS_ENDPOINT_URL_S3: 'file:///etc' }, 'has to be http:// or https://'],
  ];
  for (const [more, words] of cases) {
    const error = await openStore(place, { ...env, ...more }).catch((reason: Error) => reason);
    expect((error as Error).message).toContain(words);
    expect((error as Error).message).not.toMatch(/a-secret|token"|me:mine/);
  }
  await expect(openStore('ftp://host/x', env)).rejects.toThrow(
    'a store is a folder or s3://BUCKET/PREFIX: ftp://host/x',
  );
  await expect(openStore('s3://', env)).rejects.toThrow('names no bucket');
});
