/**
 * Works on several items at once and gives the results in the items' order. Of a stream without end no more than `width`
 * are ever held.
 * @throws what an item's work throws, when its turn comes; the others are waited for.
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterator<Item>,
  width: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const open: Promise<Result>[] = [];
  let isOver = false;
  try {
    for (;;) {
      while (!isOver && open.length < width) {
        const next = await items.next();
        if (next.done) isOver = true;
        else open.push(watched(work(next.value)));
      }
      const first = open.shift();
      if (first === undefined) return;
      yield await first;
    }
  } finally {
    await Promise.allSettled(open);
  }
}

/** A failure that nobody has asked for yet is none of Node's business. */
function watched<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
