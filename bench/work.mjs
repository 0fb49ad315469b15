import { built } from './networks.mjs';

const { hull, reachedSpans } = built('explain/network/executors/window-cells.js');
const { descriptionOf } = built('explain/network/operations/index.js');

/**
 * Multiply-adds that an occluder makes necessary: of each convolution those whose output it can change, on average over
 * the positions, each with its own window. What follows a whole-map operation counts in full.
 *
 * Positions are all pairs of `tops` and `lefts`, so the mean of a window's area is the product of its mean height and
 * width.
 *
 * @param shapes the output shape of each node, by name.
 */
export function neededWork({ graph, inputShape }, shapes, { size, tops, lefts }) {
  const along = (axis, starts) =>
    starts.map((start) => spread({ start, length: Math.min(inputShape[axis] - start, size) }, axis));
  // Of each node its changed interval on an axis, or null where everything has changed.
  const spread = (window, axis) => {
    const changed = new Map();
    for (const node of graph) {
      const before = node.inputs.map((input) => changed.get(input));
      const next = node.inputs.length === 0 ? window : reach(node, before, axis, shapes.get(node.name)?.[axis] ?? 0);
      changed.set(node.name, next);
    }
    return changed;
  };
  const [rows, columns] = [along(0, tops), along(1, lefts)];
  const mean = (all, name, whole) =>
    all.reduce((sum, changed) => sum + (changed.get(name)?.length ?? whole), 0) / all.length;
  let work = 0;
  for (const node of graph) {
    const shape = shapes.get(node.name);
    const each = descriptionOf(node).multiplyAdds(node.operation, shapes.get(node.inputs[0]) ?? []);
    if (shape.length === 1) work += each * shape[0];
    else work += each * shape[2] * mean(rows, node.name, shape[0]) * mean(columns, node.name, shape[1]);
  }
  return work;
}

function reach(node, inputs, axis, length) {
  const window = descriptionOf(node).window(node.operation);
  if (window === null || inputs.some((interval) => interval === null)) return null;
  const both = inputs.map((interval) => [interval, interval]);
  const reached = window.reach === null ? hull(both) : reachedSpans(both[0], window.reach);
  const [first, end] = [Math.max(0, reached[axis].start), Math.min(length, reached[axis].start + reached[axis].length)];
  return { start: first, length: Math.max(0, end - first) };
}
