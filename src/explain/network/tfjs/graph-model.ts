import { listAllowed, WhylightError } from '../../errors';
import type { ForeignNetwork, ForeignOptions } from '../foreign/foreign-network';
import { WHERE_TO_ASK } from '../foreign/where-to-ask';
import { underFileName } from '../keras/foreign-keras';
import { isValue, type Operand } from '../tensorflow/arithmetic';
import { finish } from '../tensorflow/finish';
import { inputSize } from '../tensorflow/input-size';
import { preprocessingOf } from '../tensorflow/preprocessing';
import { type Constant, TensorFlowGraph } from '../tensorflow/tensorflow-graph';
import { quoteName } from '../weights/quote-name';
import { dimensions, type GraphNodeDef, nodesOf } from './graph-def';
import { graphOperations } from './graph-operations';
import type { ModelJson } from './model-json';

type Json = Readonly<Record<string, unknown>>;

/**
 * A graph model as a foreign network: TensorFlow's operations one by one.
 * @param file its name, for error messages
 * @throws WhylightError naming the file, the node and its operation.
 */
export function foreignGraphModel(model: ModelJson, file: string, options: ForeignOptions = {}): ForeignNetwork {
  return underFileName(file, () => {
    const nodes = nodesOf((model.json.modelTopology as Json).node);
    const signature = (model.json.signature ?? (model.json.userDefinedMetadata as Json | undefined)?.signature) as
      | Json
      | undefined;
    const weights = new Map(model.weights.map(({ name, value }) => [name, value]));
    const output = outputOf(nodes, signature);
    const order = inOrderOf(nodes, output);
    const input = inputOf(order);
    const { shape, channelsFirst } = sizeOf(input, signature, options);
    const graph = new TensorFlowGraph(shape, channelsFirst);
    const end = evaluate(graph, order, input, weights);
    if (!isValue(end)) throw new WhylightError(`its output ${output.name} does not depend on its input`);
    const finished = finish(graph, end);
    const words = preprocessingOf(finished.graph);
    return {
      ...finished,
      format: formatOf(model),
      labels: null,
      preprocessing: words?.preprocessing ?? null,
      weightsSha256: model.sha256,
      notes: [
        ...(channelsFirst ? ["the file's network has channels first; the graph has them last"] : []),
        ...(words === null ? [] : [words.note]),
      ],
    };
  });
}

function formatOf({ json }: ModelJson): string {
  const maker = [json.convertedBy, json.generatedBy].find((text) => typeof text === 'string') as string | undefined;
  return `TensorFlow.js graph model${maker === undefined ? '' : `, ${quoteName(maker, 60)}`}`;
}

function sizeOf(input: GraphNodeDef, signature: Json | undefined, options: ForeignOptions) {
  const declared = input.attributes.shape('shape') ?? signatureShape(signature, input.name);
  if (declared === null) throw new WhylightError(`node ${input.name} does not say what its input is`);
  return inputSize(declared.slice(1), declared[1] === 3 || declared[1] === 1, options);
}

/** The last node's value. */
function evaluate(
  graph: TensorFlowGraph,
  order: readonly GraphNodeDef[],
  input: GraphNodeDef,
  weights: ReadonlyMap<string, Constant>,
): Operand {
  const results = new Map<string, Operand>([[input.name, graph.input]]);
  for (const node of order) {
    if (node === input) continue;
    results.set(node.name, node.op === 'Const' ? constantOf(node, weights) : read(graph, node, results));
  }
  return results.get(order.at(-1)!.name)!;
}

function read(graph: TensorFlowGraph, node: GraphNodeDef, results: ReadonlyMap<string, Operand>): Operand {
  const operation = Object.hasOwn(graphOperations, node.op) ? graphOperations[node.op]! : null;
  if (operation === null) {
    throw new WhylightError(
      `node ${node.name}: the operation ${quoteName(node.op, 60)} is not supported (supported: ${listAllowed(Object.keys(graphOperations), 90)}; ${WHERE_TO_ASK})`,
    );
  }
  for (const { node: name, output } of node.inputs) {
    if (output !== 0) throw new WhylightError(`node ${node.name} reads output ${output} of ${name} (allowed: 0)`);
  }
  return operation(
    graph,
    node,
    node.inputs.map((input) => results.get(input.node)!),
  );
}

function constantOf({ name }: GraphNodeDef, weights: ReadonlyMap<string, Constant>): Constant {
  const value = weights.get(name);
  if (value === undefined) throw new WhylightError(`the weights hold no ${name}`);
  return value;
}

function outputOf(nodes: ReadonlyMap<string, GraphNodeDef>, signature: Json | undefined): GraphNodeDef {
  const outputs = Object.values((signature?.outputs ?? {}) as Json).map((output) =>
    String((output as Json | null)?.name),
  );
  const declared = outputs.map((name) => name.replace(/:0$/, ''));
  const readNodes = new Set([...nodes.values()].flatMap(({ inputs }) => inputs.map(({ node }) => node)));
  const ends = [...nodes.values()].filter(
    ({ name, op }) => !readNodes.has(name) && op !== 'Const' && op !== 'Placeholder',
  );
  const names = declared.length > 0 ? declared : ends.map(({ name }) => name);
  if (names.length !== 1) {
    throw new WhylightError(
      `it has ${names.length} outputs: ${listAllowed(
        names.map((name) => quoteName(name)),
        5,
      )} (allowed: one)`,
    );
  }
  const end = nodes.get(names[0]!);
  if (end === undefined) throw new WhylightError(`its output ${quoteName(names[0]!)} is no node of its graph`);
  return end;
}

/** The nodes that the output depends on, each after those it reads. */
function inOrderOf(nodes: ReadonlyMap<string, GraphNodeDef>, output: GraphNodeDef): GraphNodeDef[] {
  const done = new Set<string>();
  const under = new Set<string>();
  const order: GraphNodeDef[] = [];
  const open = [output];
  while (open.length > 0) {
    const node = open.at(-1)!;
    const missing = done.has(node.name) ? [] : node.inputs.filter(({ node: name }) => !done.has(name));
    if (missing.length > 0) {
      if (under.has(node.name)) throw new WhylightError(`node ${node.name} reads itself, through ${missing[0]!.node}`);
      under.add(node.name);
      open.push(...missing.map(({ node: name }) => sourceOf(nodes, node, name)));
      continue;
    }
    open.pop();
    if (done.has(node.name)) continue;
    done.add(node.name);
    order.push(node);
  }
  return order;
}

function sourceOf(nodes: ReadonlyMap<string, GraphNodeDef>, reader: GraphNodeDef, name: string): GraphNodeDef {
  const source = nodes.get(name);
  if (source !== undefined) return source;
  throw new WhylightError(`node ${reader.name} reads ${quoteName(name)}, which is not there`);
}

function inputOf(order: readonly GraphNodeDef[]): GraphNodeDef {
  const inputs = order.filter(({ op }) => op === 'Placeholder');
  if (inputs.length === 1) return inputs[0]!;
  throw new WhylightError(
    `it has ${inputs.length} inputs: ${listAllowed(
      inputs.map(({ name }) => name),
      5,
    )} (allowed: one)`,
  );
}

function signatureShape(signature: Json | undefined, name: string): number[] | null {
  const inputs = Object.values((signature?.inputs ?? {}) as Json) as Json[];
  const own = inputs.find((input) => String(input?.name).replace(/:0$/, '') === name);
  return dimensions(own?.tensorShape);
}
