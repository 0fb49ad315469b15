import { listAllowed, WhylightError } from '../../errors';
import { WHERE_TO_ASK } from '../foreign/where-to-ask';
import { type Constant, TensorFlowGraph, type Value } from '../tensorflow/tensorflow-graph';
import type { KerasCall, KerasLayer, KerasModel, Source } from './keras-model';
import { layerKinds, mappings, type Reading, unsupported } from './layers';
import { operationMapping } from './operation-layers';
import { isModel, type Topology, topologyOf } from './topology';

/** A model as deep as this is no person's. */
const deepest = 50;

/**
 * A Keras model's layers as a graph: each one node or a few under the layer's name, models within models taken apart, a layer
 * that is used several times once for each use.
 * @throws WhylightError naming the layer that is not supported.
 */
export function graphOfKeras(
  model: KerasModel,
  inputShape: readonly [number, number, number],
  channelsFirst: boolean,
): { readonly graph: TensorFlowGraph; readonly output: Value; readonly notes: readonly string[] } {
  const graph = new TensorFlowGraph(inputShape, channelsFirst);
  const version = model.version === null ? 2 : Number.parseInt(model.version, 10);
  const notes = new Set<string>();
  const reading = { graph, weights: model.weights, version, notes };
  const output = readModel(reading, topologyOf(model.className, model.config, null), graph.input);
  return { graph, output, notes: [...notes] };
}

/** Adds a model's layers to the graph and gives the value of its output. */
function readModel(reading: Reading, topology: Topology, input: Value): Value {
  if (topology.output === null) {
    return topology.layers.reduce((value, layer) => readLayer(reading, layer, null, [value]), input);
  }
  return new FunctionalModel(reading, topology, input).output();
}

function readLayer(
  reading: Reading,
  layer: KerasLayer,
  call: KerasCall | null,
  operands: readonly (Value | Constant)[],
): Value {
  const values = operands.filter((operand): operand is Value => 'node' in operand);
  if (values.length === 0) throw unsupported(layer, 'without anything that it reads');
  if (isModel(layer.className)) {
    if (layer.within.length >= deepest) throw new WhylightError(`models are nested deeper than ${deepest}`);
    if (values.length > 1) throw unsupported(layer, `with ${values.length} inputs (allowed: one)`);
    return readModel(reading, topologyOf(layer.className, layer.config, layer), values[0]!);
  }
  const operation = operationMapping(layer, call);
  if (operation !== null) return operation(reading, layer, operands, call?.options ?? {});
  const mapping = Object.hasOwn(mappings, layer.className) ? mappings[layer.className]! : null;
  if (mapping === null) throw unknownLayer(layer);
  return mapping(reading, layer, values);
}

function unknownLayer(layer: KerasLayer): WhylightError {
  if (layer.className === 'Lambda') {
    return unsupported(
      layer,
      ': it holds Python code, which is never run (use layers of Keras instead, Rescaling for one)',
    );
  }
  return unsupported(
    layer,
    `(supported: ${listAllowed(['Sequential', 'Functional', ...layerKinds], 90)}; ${WHERE_TO_ASK})`,
  );
}

/** One use of a layer, under way: its place among its layer's uses. */
interface Use extends Source {
  readonly of: KerasLayer;
  readonly how: KerasCall;
}

class FunctionalModel {
  readonly #values = new Map<string, Value>();
  readonly #uses = new Map<string, Use>();
  readonly #firstCalls = new Map<string, number>();
  readonly #layers: ReadonlyMap<string, KerasLayer>;

  constructor(
    private readonly reading: Reading,
    private readonly topology: Topology,
    private readonly input: Value,
  ) {
    this.#layers = new Map(topology.layers.map((layer) => [layer.name, layer]));
    this.#countFrom();
    for (const layer of topology.layers) {
      layer.calls!.forEach((how, call) => {
        this.#uses.set(`${layer.name}\n${call}`, { layer: layer.name, call, of: layer, how });
      });
    }
  }

  output(): Value {
    const end = this.#resolve(this.topology.output!);
    const required = this.#required(end);
    // In the file's order as far as each comes after what it reads.
    for (const use of this.#uses.values()) if (required.has(use)) this.#read(use);
    return this.#value(this.topology.output!);
  }

  /** A model within a model counts its uses from 1 in Keras 2: the first is its own making. */
  #countFrom(): void {
    const least = new Map<string, number>();
    const sources = [...this.topology.layers.flatMap(({ calls }) => calls!.flatMap(({ operands }) => operands))];
    for (const source of [...sources, this.topology.output!]) {
      if (!('layer' in source)) continue;
      least.set(source.layer, Math.min(source.call, least.get(source.layer) ?? source.call));
    }
    for (const [name, first] of least) {
      const layer = this.#layers.get(name);
      if (layer !== undefined && isModel(layer.className)) this.#firstCalls.set(name, first > 0 ? 1 : 0);
    }
  }

  /** The use that a source means; null for the model's input. */
  #resolve(source: Source): Use | null {
    const layer = this.#layers.get(source.layer);
    if (layer === undefined) throw new WhylightError(`a layer reads ${source.layer}, which the model does not have`);
    if (layer.calls!.length === 0) {
      if (layer.className === 'InputLayer' || this.topology.inputs.includes(layer.name)) return null;
      throw new WhylightError(`layer ${layer.name} (${layer.className}) reads nothing`);
    }
    const call = source.call - (this.#firstCalls.get(layer.name) ?? 0);
    const use = this.#uses.get(`${layer.name}\n${layer.calls!.length === 1 && !isModel(layer.className) ? 0 : call}`);
    if (use === undefined) {
      throw new WhylightError(
        `use ${source.call} of layer ${layer.name} is read, which is used ${layer.calls!.length} times`,
      );
    }
    return use;
  }

  #reads({ how }: Use): Use[] {
    return how.operands.flatMap((operand) => ('layer' in operand ? (this.#resolve(operand) ?? []) : []));
  }

  #required(end: Use | null): ReadonlySet<Use> {
    const required = new Set<Use>();
    const open = end === null ? [] : [end];
    for (let use = open.pop(); use !== undefined; use = open.pop()) {
      if (required.has(use)) continue;
      required.add(use);
      open.push(...this.#reads(use));
    }
    return required;
  }

  #value(source: Source): Value {
    const use = this.#resolve(source);
    return use === null ? this.input : this.#values.get(key(use))!;
  }

  /** Reads a use after all that it depends on, without recursion: chains may be long. */
  #read(first: Use): void {
    const open = [first];
    const under = new Set<string>();
    while (open.length > 0) {
      const use = open.at(-1)!;
      const missing = this.#values.has(key(use))
        ? []
        : this.#reads(use).filter((other) => !this.#values.has(key(other)));
      if (missing.length > 0) {
        if (under.has(key(use)))
          throw new WhylightError(`layer ${use.layer} reads itself, through ${missing[0]!.layer}`);
        under.add(key(use));
        open.push(...missing.reverse());
        continue;
      }
      open.pop();
      if (this.#values.has(key(use))) continue;
      const operands = use.how.operands.map((operand) => ('layer' in operand ? this.#value(operand) : operand));
      this.#values.set(key(use), readLayer(this.reading, use.of, use.how, operands));
    }
  }
}

const key = ({ layer, call }: Use) => `${layer}\n${call}`;
