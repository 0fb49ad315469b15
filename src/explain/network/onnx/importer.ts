import { listAllowed, WhylightError } from '../../errors';
import type { GraphNode, Operation } from '../graph';
import { descriptionOf } from '../operations';
import { numbersIn, type Parameter, type Shape } from '../operations/operation';
import { quoteName } from '../weights/quote-name';
import type { Constant, OnnxNode } from './model';
import type { View } from './view';

/** What a name in the file stands for: numbers that are fixed, or a value of the graph. */
export type Value =
  | { readonly kind: 'constant'; readonly constant: Constant }
  | { readonly kind: 'view'; readonly view: View }
  /** Products of queries and keys, before (`shares: false`) and after their softmax. */
  | {
      readonly kind: 'attention';
      readonly query: View;
      readonly key: View;
      readonly scale: number;
      readonly shares: boolean;
    }
  /** The softmax at the network's end, of a value. */
  | { readonly kind: 'end'; readonly view: View; readonly ending: 'softmax' };

export const constantOf = (constant: Constant): Value => ({ kind: 'constant', constant });
export const viewValue = (view: View): Value => ({ kind: 'view', view });

/** In one value, for one photo: 4 GiB. */
const MOST_NUMBERS = 2 ** 30;
/** Each is followed on its own through whatever turns a map around; networks have thousands. */
const MOST_CHANNELS = 2 ** 20;

/** A graph that grows operator by operator. */
export class Importer {
  readonly nodes: GraphNode[] = [{ name: 'input', operation: { kind: 'input' }, inputs: [] }];
  readonly parameters = new Map<string, Parameter>();
  readonly notes = new Set<string>();
  readonly #shapes = new Map<string, Shape>();
  readonly #names = new Set<string>(['input']);

  constructor(inputShape: Shape) {
    this.#shapes.set('input', inputShape);
  }

  /** Rows, columns and channels of a node's value, or its channels alone. */
  shape(node: string): Shape {
    return this.#shapes.get(node)!;
  }

  /** The node of a name. */
  node(name: string): GraphNode {
    return this.nodes.find((node) => node.name === name)!;
  }

  /** Adds a node under a name, or one like it where that is taken; gives its name. */
  add(
    wish: string,
    operation: Operation,
    inputs: readonly string[],
    parameters: Readonly<Record<string, Parameter>> = {},
  ): string {
    const stem = plainName(wish) || operation.kind;
    let name = stem;
    for (let count = 2; this.#names.has(name); count++) name = `${stem}_${count}`;
    const node: GraphNode = { name, operation, inputs };
    const shape = descriptionOf(node).shape(
      operation,
      inputs.map((input) => this.shape(input)),
      name,
    );
    if (shape.some((length) => !(length >= 1)))
      throw new WhylightError(`nothing is left of the input at ${quoteName(name)}`);
    if (!(numbersIn(shape) <= MOST_NUMBERS))
      throw new WhylightError(
        `${quoteName(name)} gives ${shape.join('×')} numbers for one photo (allowed: up to 2^30)`,
      );
    const channels = shape.at(-1)!;
    if (channels > MOST_CHANNELS)
      throw new WhylightError(`${quoteName(name)} gives ${channels} channels (allowed: up to 2^20)`);
    this.#names.add(name);
    this.#shapes.set(name, shape);
    this.nodes.push(node);
    for (const [part, parameter] of Object.entries(parameters)) this.parameters.set(`${name}.${part}`, parameter);
    return name;
  }
}

/** A module's name, of the path that PyTorch's exporter gives a node (`layer4.1.relu` of `/layer4/layer4.1/relu/Relu`). */
function plainName(path: string): string {
  if (!path.startsWith('/')) return path.replaceAll('/', '.');
  const parts = path.split('/').filter((part) => part !== '');
  const modules = parts.length > 1 ? parts.filter((part, i) => i < parts.length - 1 || part.includes('.')) : parts;
  return modules.filter((part, i) => !modules[i + 1]?.startsWith(`${part}.`)).join('.');
}

/** What an operator is given. */
export interface OperatorContext {
  readonly graph: Importer;
  readonly node: OnnxNode;
  /** Null where an input is left out. */
  readonly inputs: readonly (Value | null)[];
  /** Name of the weight behind an input, where there is one that nothing else reads; empty otherwise. */
  readonly weightName: (input: number) => string;
  readonly opset: number;
}

/** Puts an operator into the graph; gives its outputs. */
export type Operator = (context: OperatorContext) => readonly Value[];

/** @throws WhylightError that names the node and its operator. */
export function refuse({ node }: Pick<OperatorContext, 'node'>, why: string): never {
  throw new WhylightError(`${node.operator} at ${quoteName(node.name)}: ${why}`);
}

/** An input that the network computes. */
export function viewAt(context: OperatorContext, at = 0): View {
  const value = context.inputs[at];
  if (value?.kind === 'view' && value.view.scale === 1) return value.view;
  if (value?.kind === 'end')
    refuse(context, 'something is computed of the softmax (allowed: a softmax at the end alone)');
  if (value?.kind === 'attention')
    refuse(context, 'attention with more than a softmax of scaled products (allowed: no bias, no mask)');
  refuse(context, value == null ? `input ${at} is missing` : 'what it reads cannot be followed');
}

/** An input whose numbers are in the file. */
export function constantAt(context: OperatorContext, at: number, what: string): Constant {
  const value = context.inputs[at];
  if (value?.kind === 'constant') return value.constant;
  refuse(context, value == null ? `without ${what}` : `${what} computed by the network (allowed: numbers in the file)`);
}

/** The same where the input may be left out. */
export function optionalAt(context: OperatorContext, at: number, what: string): Constant | null {
  return context.inputs[at] == null ? null : constantAt(context, at, what);
}

/** A parameter of the graph. */
export function parameter({ shape, values }: Constant): Parameter {
  return { shape, values: values instanceof Float32Array ? values : Float32Array.from(values) };
}

/** An attribute that is a number. */
export function numberOf({ node }: Pick<OperatorContext, 'node'>, name: string, otherwise: number): number {
  const value = node.attributes.get(name);
  return typeof value === 'number' ? value : otherwise;
}

/** An attribute that is a list of numbers. */
export function numbersOf({ node }: Pick<OperatorContext, 'node'>, name: string): readonly number[] | null {
  const value = node.attributes.get(name);
  return Array.isArray(value) ? (value as readonly number[]) : null;
}

/** An attribute that is a text. */
export function textOf({ node }: Pick<OperatorContext, 'node'>, name: string, otherwise: string): string {
  const value = node.attributes.get(name);
  return typeof value === 'string' ? value : otherwise;
}

/** The node's name as the weights' publisher has it (`layer1.0.conv1` of `layer1.0.conv1.weight`), else the file's. */
export function publishedName(context: OperatorContext, input: number): string {
  const weight = context.weightName(input);
  const stem = /^([\w.]+)\.(?:weight|kernel)$/.exec(weight)?.[1];
  return stem ?? context.node.name;
}

/** Which values an operator takes, for an error message. */
export const allowedOf = (context: OperatorContext, what: string, value: string, allowed: readonly string[]): never =>
  refuse(context, `${what} ${quoteName(value)} (allowed: ${listAllowed(allowed)})`);
