import { listAllowed, WhylightError } from '../../errors';
import { quoteName } from '../weights/quote-name';
import type { Attribute, Constant, OnnxModel, OnnxNode, OnnxPort } from './model';
import { type ReadExternal, readTensor } from './tensor';
import { readFields, readFloats, readIntegers } from './wire';

/** The sets of operators that are ONNX's own. */
const ownDomains = ['', 'ai.onnx'];

/**
 * An ONNX file's content, its weights read.
 * @throws WhylightError for damaged bytes, a file without a graph, and two values of one name.
 */
export function readModel(bytes: Uint8Array, readExternal: ReadExternal): OnnxModel {
  let [producer, version] = ['', ''];
  let graph: Uint8Array | null = null;
  let opset: number | null = null;
  const metadata = new Map<string, string>();
  readFields(bytes, {
    2: (reader) => {
      producer = reader.readString();
    },
    3: (reader) => {
      version = reader.readString();
    },
    7: (reader) => {
      graph = reader.readBytes();
    },
    8: (reader) => {
      const set = readOpset(reader.readBytes());
      if (ownDomains.includes(set.domain)) opset = set.version;
    },
    14: (reader) => {
      const [key, value] = readEntry(reader.readBytes());
      metadata.set(key, value);
    },
  });
  if (graph === null || opset === null) throw new WhylightError('it holds no graph of the ONNX format');
  return { producer: `${producer} ${version}`.trim(), opset, metadata, ...readGraph(graph, readExternal) };
}

function readOpset(bytes: Uint8Array): { domain: string; version: number } {
  let [domain, version] = ['', 0];
  readFields(bytes, {
    1: (reader) => {
      domain = reader.readString();
    },
    2: (reader) => {
      version = reader.readInt64();
    },
  });
  return { domain, version };
}

function readEntry(bytes: Uint8Array): [string, string] {
  let [key, value] = ['', ''];
  readFields(bytes, {
    1: (reader) => {
      key = reader.readString();
    },
    2: (reader) => {
      value = reader.readString();
    },
  });
  return [key, value];
}

/** The largest networks have some thousands. */
const MOST_NODES = 100_000;

function readGraph(bytes: Uint8Array, readExternal: ReadExternal) {
  const nodes: OnnxNode[] = [];
  const constants = new Map<string, Constant>();
  const ports = { inputs: [] as OnnxPort[], outputs: [] as OnnxPort[] };
  readFields(bytes, {
    1: (reader) => {
      if (nodes.length === MOST_NODES)
        throw new WhylightError(`it has more operators than are allowed (${MOST_NODES})`);
      nodes.push(readNode(reader.readBytes(), readExternal));
    },
    5: (reader) => {
      const { name, constant } = readTensor(reader.readBytes(), readExternal);
      if (constants.has(name)) throw new WhylightError(`two weights are named ${quoteName(name)}`);
      constants.set(name, constant);
    },
    11: (reader) => ports.inputs.push(readPort(reader.readBytes())),
    12: (reader) => ports.outputs.push(readPort(reader.readBytes())),
    15: () => {
      throw new WhylightError('it holds sparse weights (allowed: dense ones)');
    },
  });
  checkNames(nodes, constants);
  return { nodes, constants, ...ports, inputs: ports.inputs.filter(({ name }) => !constants.has(name)) };
}

/** Two values of one name are two networks: which is meant cannot be told. */
function checkNames(nodes: readonly OnnxNode[], constants: ReadonlyMap<string, Constant>): void {
  const names = new Set(constants.keys());
  for (const output of nodes.flatMap(({ outputs }) => outputs)) {
    if (output === '') continue;
    if (names.has(output)) throw new WhylightError(`two values are named ${quoteName(output)}`);
    names.add(output);
  }
}

function readNode(bytes: Uint8Array, readExternal: ReadExternal): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, Attribute>();
  let [name, operator, domain, scopes] = ['', '', '', ''];
  readFields(bytes, {
    1: (reader) => inputs.push(reader.readString()),
    2: (reader) => outputs.push(reader.readString()),
    3: (reader) => {
      name = reader.readString();
    },
    4: (reader) => {
      operator = reader.readString();
    },
    5: (reader) => {
      const [key, value] = readAttribute(reader.readBytes(), readExternal);
      attributes.set(key, value);
    },
    7: (reader) => {
      domain = reader.readString();
    },
    9: (reader) => {
      const [key, value] = readEntry(reader.readBytes());
      if (key === 'pkg.torch.onnx.name_scopes') scopes = value;
    },
  });
  // `['', 'layer4', 'layer4.1', 'layer4.1.relu', 'relu_16']`: the modules around an operator, and its own name.
  const module = [...scopes.matchAll(/'([\w.]+)'/g)].at(-2)?.[1];
  const kind = ownDomains.includes(domain) ? operator : `${domain}.${operator}`;
  return { name: module || name || outputs[0] || kind, operator: kind, inputs, outputs, attributes };
}

/** A value of one of the format's kinds; a graph or a list of texts is null, which no operator of a network reads. */
function readAttribute(bytes: Uint8Array, readExternal: ReadExternal): [string, Attribute] {
  let name = '';
  let single: Attribute = null;
  const list: number[] = [];
  let isList = false;
  readFields(bytes, {
    1: (reader) => {
      name = reader.readString();
    },
    2: (reader) => {
      single = reader.readFloat();
    },
    3: (reader) => {
      single = reader.readInt64();
    },
    4: (reader) => {
      single = Buffer.from(reader.readBytes()).toString('utf8');
    },
    5: (reader) => {
      single = readTensor(reader.readBytes(), readExternal).constant;
    },
    7: (reader) => {
      isList = true;
      readFloats(reader, list);
    },
    8: (reader) => {
      isList = true;
      readIntegers(reader, list);
    },
    20: (reader) => {
      // FLOATS and INTS: an empty list has no field of its own.
      if ([6, 7].includes(reader.readInt32())) isList = true;
    },
  });
  return [name, isList ? list : single];
}

function readPort(bytes: Uint8Array): OnnxPort {
  let name = '';
  const shape: (number | null)[] = [];
  const dimension = (inner: Uint8Array) => {
    let length: number | null = null;
    readFields(inner, {
      1: (reader) => {
        length = reader.readInt64();
      },
    });
    shape.push(length);
  };
  const nested =
    (then: (inner: Uint8Array) => void, ...fields: readonly number[]) =>
    (outer: Uint8Array) => {
      for (const field of fields) readFields(outer, { [field]: (reader) => then(reader.readBytes()) });
    };
  readFields(bytes, {
    1: (reader) => {
      name = reader.readString();
    },
    2: (reader) => nested(nested(nested(dimension, 1), 2), 1)(reader.readBytes()),
  });
  return { name, shape };
}

/** Names for an error message. */
export const portNames = (ports: readonly OnnxPort[]): string =>
  listAllowed(
    ports.map(({ name }) => quoteName(name, 40)),
    6,
  );
