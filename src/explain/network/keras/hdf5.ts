import { WhylightError } from '../../errors';
import type { Constant } from '../tensorflow/tensorflow-graph';
import { quoteName } from '../weights/quote-name';
import { checkHeaps } from './hdf5-heaps';
import { type Questions, withOpenHdf5 } from './hdf5-thread';

/** A group or data set of an HDF5 file. */
export interface Hdf5Group {
  /** An attribute's text, or list of texts; null where there is none. */
  text(name: string): string | null;
  texts(name: string): readonly string[] | null;
  /** Names of what lies in it. */
  readonly keys: readonly string[];
  /** Null where there is no such group. */
  group(path: string): Hdf5Group | null;
  /**
   * Floating-point numbers; null where there is no such data set.
   * @throws WhylightError where they are of another type, or more than the file can hold.
   */
  numbers(path: string): Constant | null;
}

/** Chunks that HDF5 has packed may hold this many times the file's bytes. */
const packing = 100;

/**
 * Reads an HDF5 file that lies in memory.
 * @param what for error messages: `model.h5`
 * @throws WhylightError for a damaged file, with one line; also where HDF5's library does not come to an end with it.
 */
export function withHdf5<T>(bytes: Uint8Array, what: string, read: (root: Hdf5Group) => T): T {
  checkHeaps(bytes, what);
  try {
    return withOpenHdf5(bytes, what, (ask) => read(new View(ask, [], { left: 2 ** 20 + packing * bytes.length })));
  } catch (error) {
    if (error instanceof WhylightError) throw error;
    throw new WhylightError(`${what} is damaged or cut off: HDF5 cannot read it${reasonOf(error)}`, { cause: error });
  }
}

/** The innermost of the reasons that HDF5 lists, in brackets. */
function reasonOf(error: unknown): string {
  const message = String((error as Error | undefined)?.message ?? error);
  const reasons = [...message.matchAll(/minor: (.*)/g)].map(([, reason]) => reason!);
  const reason = reasons.at(-1) ?? message.split('\n')[0]!;
  return reason === '' ? '' : ` (${quoteName(reason, 80)})`;
}

/** A group as plain values. */
class View implements Hdf5Group {
  constructor(
    private readonly ask: Questions,
    private readonly steps: readonly string[],
    /** Bytes that numbers may still take. */
    private readonly budget: { left: number },
  ) {}

  get keys(): readonly string[] {
    return this.ask('keys', { steps: this.steps });
  }

  text(name: string): string | null {
    const value = this.#attribute(name);
    return typeof value === 'string' ? value : null;
  }

  texts(name: string): readonly string[] | null {
    const value = this.#attribute(name);
    return Array.isArray(value) ? value : null;
  }

  group(place: string): Hdf5Group | null {
    const steps = this.#stepsTo(place);
    return this.ask<boolean>('isGroup', { steps }) ? new View(this.ask, steps, this.budget) : null;
  }

  numbers(place: string): Constant | null {
    const steps = this.#stepsTo(place);
    const set = this.ask<{ shape: number[]; type: string } | null>('dataset', { steps });
    if (set === null) return null;
    const { shape, type } = set;
    const count = shape.reduce((product, length) => product * length, 1);
    const name = quoteName(`/${steps.join('/')}`);
    if (!numeric.test(type)) throw new WhylightError(`${name} holds no numbers but ${quoteName(type, 20)}`);
    this.budget.left -= count * 8;
    if (!(this.budget.left >= 0)) {
      throw new WhylightError(`${name} (${shape.join('×')}) and what comes before it is more than the file can hold`);
    }
    const values = this.ask<Float32Array>('values', { steps });
    if (values.length !== count) throw new WhylightError(`${name} does not hold ${shape.join('×')} numbers`);
    return { shape, values };
  }

  #stepsTo(place: string): string[] {
    return [...this.steps, ...place.split('/').filter((part) => part !== '')];
  }

  #attribute(name: string): string | readonly string[] | null {
    const { value, bytes } = this.ask<{ value?: string | string[] | null; bytes?: number }>('attribute', {
      steps: this.steps,
      name,
      left: this.budget.left,
    });
    if (bytes === undefined) return value ?? null;
    const group = quoteName(`/${this.steps.join('/')}`);
    throw new WhylightError(`the attribute ${name} of ${group} is more than the file can hold`);
  }
}

/** Types of h5wasm that are numbers: floats, then integers. */
const numeric = /^[<>|]?[efdbBhHiIlLqQ]$/;
