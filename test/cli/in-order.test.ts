import { expect, test } from 'vitest';
import { inOrder, oneAtATime } from '../../src/cli/in-order';

async function* numbers(count: number, held: { most: number; open: number }) {
  for (let i = 0; i < count; i++) {
    held.open++;
    held.most = Math.max(held.most, held.open);
    yield i;
  }
}

test('results come in the items’ order, and no more items are held than are worked on', async () => {
  const held = { most: 0, open: 0 };
  const results: number[] = [];
  const records = inOrder(numbers(50, held), 4, async (item) => {
    for (let turns = (item * 7) % 5; turns >= 0; turns--) await new Promise((resolve) => setImmediate(resolve));
    return item;
  });
  for await (const result of records) {
    results.push(result);
    held.open--;
  }
  expect(results).toEqual(Array.from({ length: 50 }, (_, i) => i));
  expect(held.most).toBeLessThanOrEqual(5);
});

test('a failure comes in its turn, behind the results before it, and the others are waited for', async () => {
  const held = { most: 0, open: 0 };
  const results: number[] = [];
  let ended = 0;
  const run = async () => {
    const records = inOrder(numbers(9, held), 3, async (item) => {
      await new Promise((resolve) => setImmediate(resolve));
      ended++;
      if (item === 2) throw new Error('two');
      return item;
    });
    for await (const result of records) results.push(result);
  };
  await expect(run()).rejects.toThrow('two');
  expect(results).toEqual([0, 1]);
  expect(ended).toBe(held.open);
});

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
