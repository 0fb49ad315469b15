import { listAllowed, WhylightError } from '../../errors';
import type { Constant } from '../tensorflow/tensorflow-graph';
import { quoteName } from '../weights/quote-name';
import type { KerasCall, KerasLayer, Source } from './keras-model';

type Json = Readonly<Record<string, unknown>>;

/** The layers of a model, or of a model within it, in the file's order. */
export interface Topology {
  readonly layers: readonly KerasLayer[];
  /** Names of the layers that stand for the model's inputs; none in a sequence. */
  readonly inputs: readonly string[];
  /** Null in a sequence, which ends with its last layer. */
  readonly output: Source | null;
}

export const isModel = (className: string) => ['Sequential', 'Model', 'Functional'].includes(className);

const isObject = (value: unknown): value is Json =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** `TFOpLambda` as `tf_op_lambda`, as Keras' archives name layers. */
const snakeCase = (name: string) =>
  name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();

/**
 * @param around the model as a layer, where it lies in another
 * @throws WhylightError for several inputs or outputs, a layer's name that is there twice, or one unfit to be printed.
 */
export function topologyOf(className: string, config: unknown, around: KerasLayer | null): Topology {
  const fields: Json = Array.isArray(config) ? { layers: config } : isObject(config) ? config : {};
  const list = fields.layers;
  const title = around === null ? 'the model' : `model ${around.name}`;
  if (!Array.isArray(list) || list.length === 0) throw new WhylightError(`${title} has no layers`);
  const sequence = className === 'Sequential';
  const within = around === null ? [] : [...around.within, around.name];
  const above = around?.archivePath ?? [];
  const counts = new Map<string, number>();
  const names = new Set<string>();
  const layers = list.map((layer): KerasLayer => {
    if (!isObject(layer)) throw new WhylightError(`${title} holds a layer that is none`);
    const own = isObject(layer.config) || Array.isArray(layer.config) ? (layer.config as Json) : {};
    const name = String(layer.name ?? own.name);
    if (quoteName(name, 500) !== name) throw new WhylightError(`unusable name of a layer: ${quoteName(name)}`);
    if (names.has(name)) throw new WhylightError(`${title} has two layers named ${name}`);
    names.add(name);
    const kind = String(layer.class_name);
    const snake = snakeCase(kind);
    const number = counts.get(snake) ?? 0;
    counts.set(snake, number + 1);
    return {
      className: kind,
      name,
      config: own,
      calls: sequence ? null : callsOf(layer.inbound_nodes, name),
      within,
      archivePath: [...above, number === 0 ? snake : `${snake}_${number}`],
    };
  });
  if (sequence) return { layers, inputs: [], output: null };
  const inputs = sourcesIn(fields.input_layers).map(({ layer }) => layer);
  const outputs = sourcesIn(fields.output_layers);
  if (inputs.length > 1)
    throw new WhylightError(`${title} has ${inputs.length} inputs: ${listAllowed(inputs, 5)} (allowed: one)`);
  if (outputs.length !== 1) {
    const ends = listAllowed(
      outputs.map(({ layer }) => quoteName(layer)),
      5,
    );
    throw new WhylightError(`${title} has ${outputs.length} outputs${ends === '' ? '' : `: ${ends}`} (allowed: one)`);
  }
  return { layers, inputs, output: outputs[0]! };
}

/** `["a", 0, 0]`, a list of such, or an object of such. */
function sourcesIn(value: unknown): Source[] {
  const source = sourceOf(value);
  if (source !== null) return [source];
  if (Array.isArray(value)) return value.flatMap(sourcesIn);
  return isObject(value) ? Object.values(value).flatMap(sourcesIn) : [];
}

/** What a list `[layer, call, output]` stands for; null for anything else. */
function sourceOf(value: unknown): Source | null {
  if (!Array.isArray(value) || value.length < 3 || value.length > 4) return null;
  const [layer, call, output] = value;
  if (typeof layer !== 'string' || layer === '_CONSTANT_VALUE') return null;
  if (!Number.isInteger(call) || !Number.isInteger(output) || (call as number) < 0) return null;
  if (output !== 0)
    throw new WhylightError(`output ${output} of layer ${quoteName(layer)} is read (allowed: 0, its only one)`);
  return { layer, call: call as number };
}

function callsOf(nodes: unknown, name: string): KerasCall[] {
  if (nodes === undefined || nodes === null) return [];
  if (!Array.isArray(nodes)) throw new WhylightError(`layer ${name} is described in an unknown way`);
  return nodes.map((node) => (isObject(node) ? newCall(node) : oldCall(node)));
}

/** Collects operands and options of one call. */
class Arguments implements KerasCall {
  readonly operands: (Source | Constant)[] = [];
  readonly options: Record<string, unknown> = {};

  /** @param key the argument's name, or its place */
  take(key: string, value: unknown): void {
    const operand = operandOf(value);
    if (operand !== null) this.operands.push(operand);
    else if (Array.isArray(value) && value.some((part) => operandOf(part) !== null && typeof part !== 'number')) {
      for (const [i, part] of value.entries()) this.take(`${key}.${i}`, part);
    } else this.options[key] = value;
    // `axis: 3` is both: which it is, the operation knows.
    if (typeof value === 'number') this.options[key] = value;
  }
}

function operandOf(value: unknown): Source | Constant | null {
  if (typeof value === 'number') return { shape: [], values: [value] };
  if (isObject(value) && value.class_name === '__keras_tensor__') {
    return sourceOf((value.config as Json | undefined)?.keras_history);
  }
  if (isObject(value) && value.class_name === '__tensor__')
    return constantOf((value.config as Json | undefined)?.value);
  return sourceOf(value);
}

/** Nested lists of numbers; null for anything else. */
export function constantOf(value: unknown): Constant | null {
  const shape: number[] = [];
  for (let part = value; Array.isArray(part); part = part[0]) shape.push(part.length);
  const values = (Array.isArray(value) ? value.flat(shape.length) : [value]) as unknown[];
  const count = shape.reduce((product, length) => product * length, 1);
  if (values.length !== count || !values.every((number) => typeof number === 'number')) return null;
  return { shape, values: values as number[] };
}

/** Keras 3: `{ args, kwargs }`. */
function newCall({ args, kwargs }: Json): KerasCall {
  const call = new Arguments();
  if (Array.isArray(args)) for (const [i, value] of args.entries()) call.take(String(i), value);
  if (isObject(kwargs)) for (const [key, value] of Object.entries(kwargs)) call.take(key, value);
  return call;
}

/** Keras 2: `["a", 0, 0, { kwargs }]`, or a list of such. */
function oldCall(node: unknown): KerasCall {
  const call = new Arguments();
  if (!Array.isArray(node)) return call;
  const parts = typeof node[0] === 'string' ? [node] : node;
  const keywords = new Map<string, unknown>();
  for (const part of parts as unknown[][]) {
    if (part[0] === '_CONSTANT_VALUE') call.take('0', part[2]);
    else call.take('0', part.slice(0, 3));
    if (isObject(part[3])) for (const [key, value] of Object.entries(part[3])) keywords.set(key, value);
  }
  for (const [key, value] of keywords) call.take(key, value);
  return call;
}
