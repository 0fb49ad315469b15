import { expect, test } from 'vitest';
import { oneAtATime } from '../../src/explain/one-at-a-time';

test('a gate lets one through at a time, and the next also after a failure', async () => {
  const turn = oneAtATime();
  const log: string[] = [];
  const work = (name: string, fails = false) =>
    turn(async () => {
      log.push(`${name} in`);
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`${name} out`);
      if (fails) throw new Error(name);
    });
  const outcomes = await Promise.allSettled([work('a'), work('b', true), work('c')]);
  expect(log).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});
