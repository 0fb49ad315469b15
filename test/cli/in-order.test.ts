import { expect, test } from 'vitest';
import { inOrder } from '../../src/cli/in-order';

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
