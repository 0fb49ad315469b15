import { WhylightError } from '../errors';
import type { Graph } from './graph';
import type { Network } from './network';
import { nodeShapes } from './node-shapes';
import { descriptionOf } from './operations';
import type { Parameter, Weight } from './operations/operation';

/** Every weight a graph reads, by its parameter's name, in the graph's order. */
export function graphWeights(graph: Graph, inputShape: readonly number[]): Map<string, Weight> {
  const shapes = nodeShapes(graph, inputShape);
  const result = new Map<string, Weight>();
  for (const node of graph) {
    const weights = descriptionOf(node).weights(node.operation, shapes.get(node.inputs[0]!) ?? []);
    for (const [part, weight] of Object.entries(weights)) result.set(`${node.name}.${part}`, weight);
  }
  return result;
}

/** Every parameter a graph needs, with its shape in PyTorch's order. */
export function parameterShapes(graph: Graph, inputShape: readonly number[]): Map<string, readonly number[]> {
  return new Map([...graphWeights(graph, inputShape)].map(([name, { shape }]) => [name, shape]));
}

/** The node that a parameter belongs to: `layer1.conv2` of `layer1.conv2.weight`. */
export const ownerOf = (parameter: string): string => parameter.slice(0, parameter.lastIndexOf('.'));

/** A shape without its axes of one cell: they change no number's place. */
const essential = (shape: readonly number[]) => shape.filter((length) => length !== 1).join('×');

/**
 * A published weight in the shape that the graph's operation has: a 1×1 convolution on pooled channels is a dense
 * layer here, a linear layer on each cell of a map a 1×1 convolution, a scale may be C×1×1, and a
 * transformer's positions 1×N×C. Null for any other shape.
 */
export function shapedParameter(published: Parameter, shape: readonly number[]): Parameter | null {
  if (essential(published.shape) !== essential(shape)) return null;
  return { shape, values: published.values };
}

/**
 * A network's parameter.
 * @throws WhylightError where it is missing, or of another shape than its operation's weight.
 */
export function fittingParameter(
  parameters: Network['parameters'],
  name: string,
  shape?: readonly number[],
): Parameter {
  const parameter = parameters.get(name);
  if (parameter === undefined) throw new WhylightError(`missing parameter: ${name}`);
  if (shape !== undefined && parameter.shape.join() !== shape.join()) {
    throw new WhylightError(`${name} is ${parameter.shape.join('×')}, not ${shape.join('×')}`);
  }
  return parameter;
}

/** @throws WhylightError for the first parameter that is missing, or of another shape than its operation's weight. */
export function checkParameters(graph: Graph, inputShape: readonly number[], parameters: Network['parameters']): void {
  for (const [name, { shape }] of graphWeights(graph, inputShape)) fittingParameter(parameters, name, shape);
}
