import { built } from './networks.mjs';

const { reached, slide } = built('explain/network/executors/window-plan.js');

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
    starts.map((start) => [start, Math.min(inputShape[axis], start + size) - 1]).map((window) => spread(window, axis));
  // Of each node its changed interval on an axis, or null where everything has changed.
  const spread = (window, axis) => {
    const changed = new Map();
    for (const { name, operation, inputs } of graph) {
      const before = inputs.map((input) => changed.get(input));
      changed.set(
        name,
        operation.kind === 'input' ? window : reach(operation, before, axis, shapes.get(name)?.[axis] ?? 0),
      );
    }
    return changed;
  };
  const [rows, columns] = [along(0, tops), along(1, lefts)];
  const mean = (all, name, whole) =>
    all.reduce((sum, changed) => sum + (lengthOf(changed.get(name)) ?? whole), 0) / all.length;
  let work = 0;
  for (const { name, operation, inputs } of graph) {
    const shape = shapes.get(name);
    if (operation.kind === 'dense') work += operation.units * shapes.get(inputs[0])[0];
    if (operation.kind !== 'conv2d') continue;
    const { kernel, groups, filters } = operation;
    const perOutput = (kernel[0] * kernel[1] * filters * shapes.get(inputs[0])[2]) / groups;
    work += perOutput * mean(rows, name, shape[0]) * mean(columns, name, shape[1]);
  }
  return work;
}

const lengthOf = (interval) => (interval === null ? null : Math.max(0, interval[1] - interval[0] + 1));

function reach(operation, inputs, axis, length) {
  if (inputs.some((interval) => interval === null)) return null;
  const [first] = inputs;
  const sliding = slide(operation);
  if (sliding !== null) {
    const before = { start: first[0], length: first[1] - first[0] + 1 };
    const { start, length: cells } = reached(before, sliding.extent[axis], sliding.stride[axis], sliding.before[axis]);
    return [Math.max(0, start), Math.min(length - 1, start + cells - 1)];
  }
  switch (operation.kind) {
    case 'batchNorm':
    case 'relu':
    case 'relu6':
    case 'rescale':
      return first;
    case 'add':
    case 'concat':
      return [Math.min(...inputs.map(([low]) => low)), Math.max(...inputs.map(([, high]) => high))];
    default:
      return null;
  }
}
