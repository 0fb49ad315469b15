import { expect, test } from 'vitest';
import { parseJob } from '../../src/queue/job';

const job = { run: '0123456789abcdef', first: 0, attempt: 0 };

test('a job comes back as it was, and one whose names leave their folders is none', () => {
  const good = {
    ...job,
    units: [
      { name: 'alps/wolf..jpg', base: 'alps/wolf.' },
      { name: '', base: '', error: 'no' },
    ],
  };
  expect(parseJob(good)).toEqual(good);
  for (const name of ['/etc/passwd', '..', '../x', 'a/../../x', 'a/..']) {
    expect(() => parseJob({ ...job, units: [{ name: name, base: 'x' }] })).toThrow('a name that leaves its folder');
    expect(() => parseJob({ ...job, units: [{ name: 'x', base: name }] })).toThrow('a name that leaves its folder');
  }
  expect(() => parseJob({ ...job, units: [] })).toThrow();
});
