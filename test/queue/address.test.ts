import { expect, test } from 'vitest';
import { queueAddress } from '../../src/queue/address';

test('an address says where, and shows no credential', () => {
  expect(queueAddress('redis://host', {})).toMatchObject({ host: 'host', port: 6379, db: 0, tls: null });
  expect(queueAddress('rediss://host:7000/3', {})).toMatchObject({
    label: 'rediss://host:7000/3',
    port: 7000,
    db: 3,
    tls: { servername: 'host' },
  });
  expect(queueAddress('redis://[::1]:6380', {})).toMatchObject({ host: '::1', port: 6380 });
  const env = { WHYLIGHT_QUEUE: 'redis://anna:s%2Fcret@host:1', WHYLIGHT_QUEUE_PASSWORD: undefined };
  expect(queueAddress(null, env)).toMatchObject({ username: 'anna', password: 's/cret', label: 'redis://host:1/0' });
  expect(queueAddress('redis://host', { WHYLIGHT_QUEUE_USER: 'me', WHYLIGHT_QUEUE_PASSWORD: 'mine' })).toMatchObject({
    username: 'me',
    password: 'mine',
    label: 'redis://host:6379/0',
  });
});

test('a password among the arguments is refused and not repeated', () => {
  for (const text of [
    'redis://anna:secret@host',
    'redis://:secret@host',
    'redis://me:a/secret@host',
    'redis://me:a@secret@host',
    'http://anna:secret@host',
    '//anna:secret@',
  ]) {
    const error = catchError(() => queueAddress(text, {}));
    expect(error.message).toMatch(/WHYLIGHT_QUEUE_PASSWORD|this is no address/);
    expect(error.message).not.toContain('secret');
  }
});

test('what is no address is told with what is one', () => {
  expect(catchError(() => queueAddress(null, {})).message).toContain(
    'no queue: name one with --queue or WHYLIGHT_QUEUE',
  );
  expect(catchError(() => queueAddress('host:6379', {})).message).toContain('redis://HOST:PORT/DATABASE');
  expect(catchError(() => queueAddress(null, { WHYLIGHT_QUEUE: 'redis://:50%off@host' })).message).toBe(
    'in the address of the queue, a % in user or password is written as %25',
  );
  expect(catchError(() => queueAddress('redis://host/photos', {})).message).toContain('is a number');
  expect(catchError(() => queueAddress('rediss://host', { WHYLIGHT_QUEUE_CA: '/no/such.pem' })).message).toBe(
    'cannot read /no/such.pem, which WHYLIGHT_QUEUE_CA names: there is no such file or folder',
  );
});

function catchError(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
