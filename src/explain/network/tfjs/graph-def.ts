import { WhylightError } from '../../errors';
import { quoteName } from '../weights/quote-name';

type Json = Readonly<Record<string, unknown>>;

/** One operation of TensorFlow, as a graph model holds it. */
export interface GraphNodeDef {
  readonly name: string;
  readonly op: string;
  /** What it reads: the node, and which of its outputs. */
  readonly inputs: readonly { readonly node: string; readonly output: number }[];
  readonly attributes: Attributes;
}

/** A node's attributes, read from protobuf's JSON. */
export class Attributes {
  constructor(
    private readonly node: string,
    private readonly fields: Json,
  ) {}

  has(name: string): boolean {
    return Object.hasOwn(this.fields, name);
  }

  #field(name: string, kind: string): unknown {
    return (this.fields[name] as Json | undefined)?.[kind];
  }

  number(name: string, otherwise: number): number {
    const value = this.#field(name, 'f') ?? this.#field(name, 'i');
    if (value === undefined) return otherwise;
    const number = Number(value);
    if (Number.isNaN(number))
      throw new WhylightError(`node ${this.node}: ${name} is ${quoteName(String(value), 40)}, no number`);
    return number;
  }

  flag(name: string): boolean {
    return this.#field(name, 'b') === true;
  }

  /** A kind of numbers: `DT_FLOAT`, or its number in the format; null where none is told. */
  kind(name: string): string | null {
    const value = this.#field(name, 'type');
    return value === undefined ? null : String(value);
  }

  text(name: string, otherwise: string): string {
    const value = this.#field(name, 's');
    return value === undefined ? otherwise : textOf(value);
  }

  texts(name: string): string[] {
    const list = (this.#field(name, 'list') as Json | undefined)?.s;
    return Array.isArray(list) ? list.map(textOf) : [];
  }

  /** Null where there is no such list. */
  numbers(name: string): number[] | null {
    const list = this.#field(name, 'list') as Json | undefined;
    const values = list?.i ?? list?.f;
    return Array.isArray(values) ? values.map(Number) : null;
  }

  /** Lengths of axes, −1 where open; null where there is no shape. */
  shape(name: string): number[] | null {
    return dimensions(this.#field(name, 'shape'));
  }
}

/** `{ dim: [{ size: "1" }, …] }`; null for anything else. */
export function dimensions(shape: unknown): number[] | null {
  const dim = (shape as Json | null | undefined)?.dim;
  return Array.isArray(dim) ? dim.map((axis) => Number((axis as Json | null)?.size ?? -1)) : null;
}

/** Text as base64, or as its bytes. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return String.fromCharCode(...value.map(Number));
  return Buffer.from(String(value), 'base64').toString('latin1');
}

/**
 * Nodes by name.
 * @throws WhylightError for two of one name, or one unfit to be printed.
 */
export function nodesOf(list: unknown): Map<string, GraphNodeDef> {
  if (!Array.isArray(list) || list.length === 0) throw new WhylightError('a graph without nodes');
  const nodes = new Map<string, GraphNodeDef>();
  for (const { name, op, input, attr } of list as Json[]) {
    if (typeof name !== 'string' || typeof op !== 'string') throw new WhylightError('a node without name or operation');
    if (quoteName(name, 500) !== name) throw new WhylightError(`unusable name of a node: ${quoteName(name)}`);
    if (nodes.has(name)) throw new WhylightError(`two nodes named ${name}`);
    const inputs = (Array.isArray(input) ? input : [])
      .map(String)
      // Said to come first, but not read.
      .filter((source) => !source.startsWith('^'))
      .map((source) => {
        const [node, output = '0'] = source.split(':') as [string, string?];
        return { node, output: Number(output) };
      });
    nodes.set(name, { name, op, inputs, attributes: new Attributes(name, (attr ?? {}) as Json) });
  }
  return nodes;
}
