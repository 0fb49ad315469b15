import { WhylightError } from '../../errors';
import type { ByteReader } from './byte-reader';
import { quoteName } from './quote-name';

/** What pickled objects become. Lists and dicts are JavaScript's own; tuples are {@link Tuple}s. */
export type Pickled =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Pickled[]
  | Tuple
  | Map<Pickled, Pickled>
  | Set<Pickled>
  | Opaque;

/** A Python tuple. */
export class Tuple {
  constructor(readonly items: readonly Pickled[]) {}
}

/** Anything that only the host of an unpickling knows: a tensor, a storage, a function it allows. */
export class Opaque {
  constructor(readonly kind: string) {}
}

/**
 * What a name that is not allowed, or a call of it, becomes: nothing is run, only what the pickle hands over is kept.
 * An object's state, a dict's items and a list's are its own names for what Python would have made of them.
 */
export class Placeholder extends Opaque {
  readonly items = new Map<Pickled, Pickled>();
  readonly list: Pickled[] = [];
  state: Pickled = null;

  constructor(
    /** `module.name` */
    readonly name: string,
    readonly args: readonly Pickled[] = [],
  ) {
    super('placeholder');
  }
}

/** The only contact of a pickle with the world. Each throws WhylightError for what it does not allow. */
export interface PickleHost {
  /** A name that the pickle wants to use: `torch._utils`, `_rebuild_tensor_v2`. */
  global(module: string, name: string): Pickled;
  /** Calls what {@link global} returned, and nothing else. */
  call(callable: Pickled, args: readonly Pickled[]): Pickled;
  /** An object kept outside the pickle: a tensor's storage. */
  persistent(id: Pickled): Pickled;
}

const mark = new Opaque('mark');
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads one pickle (protocols 2 to 5, binary opcodes) and leaves the reader behind it. Nothing is executed or
 * looked up but through the host; the state given to an object (BUILD) is kept by a placeholder, else dropped.
 * @throws WhylightError where the pickle is damaged, names one key twice in a dict, or uses an opcode that `torch.save`
 *   never writes.
 */
export function unpickle(reader: ByteReader, host: PickleHost): Pickled {
  return new Machine(reader, host).run();
}

class Machine {
  readonly #stack: Pickled[] = [];
  readonly #memo = new Map<number, Pickled>();

  constructor(
    private readonly reader: ByteReader,
    private readonly host: PickleHost,
  ) {}

  run(): Pickled {
    for (;;) {
      const opcode = this.reader.u8();
      if (opcode === 0x2e) return this.#pop();
      const step = steps[opcode];
      if (step === undefined) this.#damaged(`unknown opcode 0x${opcode.toString(16)}`);
      step(this, this.reader, this.host);
    }
  }

  #damaged(why: string): never {
    throw new WhylightError(`its pickle is damaged at ${this.reader.offset}: ${why}`);
  }

  push(value: Pickled): void {
    this.#stack.push(value);
  }

  #pop(): Pickled {
    const value = this.#stack.pop();
    if (value === undefined || value === mark) this.#damaged('nothing to take');
    return value;
  }

  /** The last `count` values, in the order they came. */
  popMany(count: number): Pickled[] {
    return Array.from({ length: count }, () => this.#pop()).reverse();
  }

  pop(): Pickled {
    return this.#pop();
  }

  popToMark(): Pickled[] {
    const at = this.#stack.lastIndexOf(mark);
    if (at < 0) this.#damaged('no mark');
    return this.#stack.splice(at).slice(1);
  }

  peek(): Pickled {
    const value = this.#pop();
    this.#stack.push(value);
    return value;
  }

  popTuple(): readonly Pickled[] {
    const value = this.#pop();
    if (!(value instanceof Tuple)) this.#damaged('a tuple is missing');
    return value.items;
  }

  popText(): string {
    const value = this.#pop();
    if (typeof value !== 'string') this.#damaged('a name is missing');
    return value;
  }

  text(length: number): string {
    try {
      return utf8.decode(this.reader.take(length));
    } catch (error) {
      if (error instanceof WhylightError) throw error;
      this.#damaged('a text is not UTF-8');
    }
  }

  integer(length: number): number | bigint {
    if (length > 32) this.#damaged(`an integer of ${length} bytes`);
    const bytes = this.reader.take(length);
    let value = 0n;
    for (const [i, byte] of bytes.entries()) value |= BigInt(byte) << BigInt(8 * i);
    value = BigInt.asIntN(8 * length, value);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  remember(key: number): void {
    this.#memo.set(key, this.peek());
  }

  rememberNext(): void {
    this.remember(this.#memo.size);
  }

  recall(key: number): void {
    const value = this.#memo.get(key);
    if (value === undefined) this.#damaged(`nothing is remembered under ${key}`);
    this.push(value);
  }

  append(values: readonly Pickled[]): void {
    const list = this.peek();
    if (Array.isArray(list)) for (const value of values) list.push(value);
    else if (list instanceof Set) for (const value of values) list.add(value);
    else if (list instanceof Placeholder) for (const value of values) list.list.push(value);
    else this.#damaged('a list is missing');
  }

  setItems(values: readonly Pickled[]): void {
    const target = this.peek();
    const dict = target instanceof Placeholder ? target.items : target;
    if (!(dict instanceof Map) || values.length % 2 !== 0) this.#damaged('a dict is missing');
    for (let i = 0; i < values.length; i += 2) {
      const key = values[i]!;
      // Python keeps the last of them; which one the network was to have nobody can tell.
      if (typeof key === 'string' && dict.has(key)) throw new WhylightError(`its pickle holds ${quoteName(key)} twice`);
      dict.set(key, values[i + 1]!);
    }
  }

  build(): void {
    const state = this.#pop();
    const target = this.peek();
    if (target instanceof Placeholder) target.state = state;
  }

  protocol(version: number): void {
    if (version > 5) this.#damaged(`protocol ${version} (allowed: up to 5)`);
  }
}

type Step = (machine: Machine, reader: ByteReader, host: PickleHost) => void;

const steps: { readonly [opcode: number]: Step | undefined } = {
  128: (m, r) => m.protocol(r.u8()), // PROTO
  149: (_, r) => void r.skip(8), // FRAME
  40: (m) => m.push(mark), // MARK
  48: (m) => void m.pop(), // POP
  49: (m) => void m.popToMark(), // POP_MARK
  50: (m) => m.push(m.peek()), // DUP

  78: (m) => m.push(null), // NONE
  136: (m) => m.push(true), // NEWTRUE
  137: (m) => m.push(false), // NEWFALSE
  74: (m, r) => m.push(r.i32()), // BININT
  75: (m, r) => m.push(r.u8()), // BININT1
  77: (m, r) => m.push(r.u16()), // BININT2
  138: (m, r) => m.push(m.integer(r.u8())), // LONG1
  139: (m, r) => m.push(m.integer(r.u32())), // LONG4
  71: (m, r) => m.push(r.f64BigEndian()), // BINFLOAT

  140: (m, r) => m.push(m.text(r.u8())), // SHORT_BINUNICODE
  88: (m, r) => m.push(m.text(r.u32())), // BINUNICODE
  141: (m, r) => m.push(m.text(r.u64())), // BINUNICODE8
  85: (m, r) => m.push(Buffer.from(r.take(r.u8())).toString('latin1')), // SHORT_BINSTRING
  84: (m, r) => m.push(Buffer.from(r.take(r.u32())).toString('latin1')), // BINSTRING
  67: (m, r) => m.push(r.take(r.u8())), // SHORT_BINBYTES
  66: (m, r) => m.push(r.take(r.u32())), // BINBYTES
  142: (m, r) => m.push(r.take(r.u64())), // BINBYTES8
  150: (m, r) => m.push(r.take(r.u64())), // BYTEARRAY8

  41: (m) => m.push(new Tuple([])), // EMPTY_TUPLE
  133: (m) => m.push(new Tuple(m.popMany(1))), // TUPLE1
  134: (m) => m.push(new Tuple(m.popMany(2))), // TUPLE2
  135: (m) => m.push(new Tuple(m.popMany(3))), // TUPLE3
  116: (m) => m.push(new Tuple(m.popToMark())), // TUPLE
  93: (m) => m.push([]), // EMPTY_LIST
  108: (m) => m.push(m.popToMark()), // LIST
  97: (m) => m.append(m.popMany(1)), // APPEND
  101: (m) => m.append(m.popToMark()), // APPENDS
  125: (m) => m.push(new Map()), // EMPTY_DICT
  115: (m) => m.setItems(m.popMany(2)), // SETITEM
  117: (m) => m.setItems(m.popToMark()), // SETITEMS
  143: (m) => m.push(new Set()), // EMPTY_SET
  144: (m) => m.append(m.popToMark()), // ADDITEMS
  145: (m) => m.push(new Set(m.popToMark())), // FROZENSET

  113: (m, r) => m.remember(r.u8()), // BINPUT
  114: (m, r) => m.remember(r.u32()), // LONG_BINPUT
  148: (m) => m.rememberNext(), // MEMOIZE
  104: (m, r) => m.recall(r.u8()), // BINGET
  106: (m, r) => m.recall(r.u32()), // LONG_BINGET

  99: (m, r, host) => m.push(host.global(r.line(), r.line())), // GLOBAL
  // The old way to make an instance names its class in the pickle as GLOBAL does.
  105: (m, r, host) => m.push(host.call(host.global(r.line(), r.line()), m.popToMark())), // INST
  // STACK_GLOBAL
  147: (m, _, host) => {
    const name = m.popText();
    m.push(host.global(m.popText(), name));
  },
  // REDUCE
  82: (m, _, host) => {
    const args = m.popTuple();
    m.push(host.call(m.pop(), args));
  },
  // NEWOBJ
  129: (m, _, host) => {
    const args = m.popTuple();
    m.push(host.call(m.pop(), args));
  },
  // NEWOBJ_EX: keyword arguments are of no use to anything that is allowed.
  146: (m, _, host) => {
    m.pop();
    const args = m.popTuple();
    m.push(host.call(m.pop(), args));
  },
  98: (m) => m.build(), // BUILD
  81: (m, _, host) => m.push(host.persistent(m.pop())), // BINPERSID
};
