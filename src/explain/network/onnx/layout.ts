import { type OperatorContext, refuse } from './importer';
import type { View } from './view';
import { channelAxis, channelOrder, channelsFirst, isWhole, tokensView, vectorView } from './view';

/** The node that holds a view's value as a map with its channels in the order in which the view shows them. */
export function mapOf(context: OperatorContext, view: View): string {
  const { graph } = context;
  if (view.shape.length !== 4) refuse(context, `a value of ${view.shape.length} axes (allowed: a map, 1 × C × H × W)`);
  const storage = graph.shape(view.node);
  if (storage.length !== 3) refuse(context, 'a vector (allowed: a map, 1 × C × H × W)');
  const [rows, columns, channels] = storage as [number, number, number];
  const [batch, , high, wide] = view.factors;
  const [, , height, width] = view.shape as [number, number, number, number];
  if (batch!.length > 0) refuse(context, 'something else than the batch on the first axis');
  const inGrid =
    columns === 1 && rows > 1 && height * width === rows && isGrid(high!, wide!, height, width)
      ? [height, width]
      : null;
  const inPlace = isWhole(high!, 'H', rows) && isWhole(wide!, 'W', columns);
  if (!inPlace && inGrid === null) refuse(context, 'a map whose rows and columns are not as they were');
  const order = channelOrder(view, [1]);
  if (order === null) refuse(context, 'a map whose channels are mixed with its rows and columns');
  let node = view.node;
  if (!inPlace)
    node = graph.add(`${context.node.name}.grid`, { kind: 'untokens', grid: [height, width], skip: 0 }, [node]);
  return inOrder(context, node, order, channels);
}

/** Tokens that are rows of columns. */
const isGrid = (high: View['factors'][number], wide: View['factors'][number], height: number, width: number): boolean =>
  JSON.stringify([...high, ...wide]) ===
  JSON.stringify(
    [
      { axis: 'H', length: height, step: width },
      { axis: 'H', length: width, step: 1 },
    ].filter(({ length }) => length > 1),
  );

/** A node with its channels in an order: a run of them, or as a shuffle leaves them. */
function inOrder(context: OperatorContext, node: string, order: readonly number[], channels: number): string {
  const { graph } = context;
  const [first] = order as [number];
  const run = order.every((channel, i) => channel === first + i);
  if (run && order.length === channels) return node;
  if (run) return graph.add(context.node.name, { kind: 'channelSlice', start: first, length: order.length }, [node]);
  const groups = order.length === channels ? channels / order[1]! : 0;
  const shuffled =
    Number.isInteger(groups) &&
    order.every((channel, i) => channel === (i % groups) * (channels / groups) + Math.floor(i / groups));
  if (!shuffled) refuse(context, 'channels in an order that is no shuffle of equal groups');
  return graph.add(context.node.name, { kind: 'channelShuffle', groups }, [node]);
}

/** The node of a vector, 1 × C; a map is flattened. Gives also, for each number of the view, which of the node's it is. */
export function vectorOf(context: OperatorContext, view: View): { node: string; order: readonly number[] | null } {
  const { graph } = context;
  const storage = graph.shape(view.node);
  const axes = view.shape.map((_, axis) => axis);
  if (storage.length === 1) {
    const order = channelOrder(view, axes);
    if (order === null || order.length !== storage[0]) refuse(context, 'a part of a vector');
    return { node: view.node, order: order.every((channel, i) => channel === i) ? null : order };
  }
  const [, columns, channels] = storage as [number, number, number];
  if (view.start !== 0) refuse(context, 'a part of a map');
  // Where each number of the view lies in the order of the flattened node: channels, rows, columns.
  const rows = storage[0]!;
  const unit = { C: rows * columns, H: columns, W: 1 } as const;
  let order = [0];
  for (const factors of view.factors) {
    for (const { axis, length, step } of factors) {
      order = order.flatMap((at) => Array.from({ length }, (_, i) => at + i * step * unit[axis]));
    }
  }
  if (order.length !== rows * columns * channels) refuse(context, 'a part of a map');
  const node = graph.add(`${context.node.name}.flatten`, { kind: 'flatten' }, [view.node]);
  return { node, order: order.every((at, i) => at === i) ? null : order };
}

/** How a fresh node of the same rank as a view is seen: as maps and vectors are laid out. */
export function freshView(context: OperatorContext, node: string, rank: number): View {
  const shape = context.graph.shape(node);
  return shape.length === 3 ? channelsFirst(node, shape) : vectorView(node, shape[0]!, rank);
}

/** The node of a sequence of tokens, 1 × N × C, rows of a map one after another among them. */
export function tokensOf(context: OperatorContext, view: View): string {
  const { graph } = context;
  const storage = graph.shape(view.node);
  if (storage.length !== 3 || view.shape.length !== 3 || channelAxis(view) !== 2) {
    refuse(context, 'a value that is no sequence of tokens (1 × N × C)');
  }
  const [rows, columns] = storage as [number, number, number];
  const [, places] = view.factors;
  if (columns === 1 && isWhole(places!, 'H', rows)) return view.node;
  const inRows = [
    { axis: 'H', length: rows, step: 1 },
    { axis: 'W', length: columns, step: 1 },
  ].filter(({ length }) => length > 1);
  if (JSON.stringify(places) !== JSON.stringify(inRows)) refuse(context, 'tokens that are not the rows of a map');
  return graph.add(`${context.node.name}.tokens`, { kind: 'tokens' }, [view.node]);
}

/** How tokens are seen. */
export function tokenView(context: OperatorContext, node: string): View {
  const [count, , channels] = context.graph.shape(node) as [number, number, number];
  return tokensView(node, count, channels);
}
