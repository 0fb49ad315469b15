import { WhylightError } from '../../errors';
import type { Constant } from '../tensorflow/tensorflow-graph';
import { quoteName } from '../weights/quote-name';

type Library = typeof import('h5wasm');
type LibraryFile = InstanceType<Library['File']>;
type LibraryGroup = InstanceType<Library['Group']>;

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

let library: Promise<Library> | undefined;

/** The library, once: WebAssembly, so that a hostile file reaches no memory of this process. */
function open(): Promise<Library> {
  library ??= import('h5wasm').then(async (loaded) => {
    const module = await loaded.ready;
    // Else it prints its errors and goes on.
    module.activate_throwing_error_handler();
    return loaded;
  });
  return library;
}

/** Chunks that HDF5 has packed may hold this many times the file's bytes. */
const packing = 100;

let files = 0;

/**
 * Reads an HDF5 file that lies in memory.
 * @param what for error messages: `model.h5`
 * @throws WhylightError for a damaged file, with one line.
 */
export async function withHdf5<T>(bytes: Uint8Array, what: string, read: (root: Hdf5Group) => T): Promise<T> {
  const library = await open();
  const module = await library.ready;
  const place = `/${++files}.h5`;
  module.FS.writeFile(place, bytes);
  let file: LibraryFile | null = null;
  try {
    file = new library.File(place, 'r');
    return read(new View(library, file, { left: 2 ** 20 + packing * bytes.length }));
  } catch (error) {
    if (error instanceof WhylightError) throw error;
    throw new WhylightError(`${what} is damaged or cut off: HDF5 cannot read it${reasonOf(error)}`, { cause: error });
  } finally {
    close(file);
    module.FS.unlink(place);
  }
}

/** The innermost of the reasons that HDF5 lists, in brackets. */
function reasonOf(error: unknown): string {
  const message = String((error as Error | undefined)?.message ?? error);
  const reasons = [...message.matchAll(/minor: (.*)/g)].map(([, reason]) => reason!);
  const reason = reasons.at(-1) ?? message.split('\n')[0]!;
  return reason === '' ? '' : ` (${quoteName(reason, 80)})`;
}

/** Damaged files may not close; their memory is the library's, and small. */
function close(file: LibraryFile | null): void {
  try {
    file?.close();
  } catch {
    // Said above.
  }
}

/** A group as plain values. */
class View implements Hdf5Group {
  #names: ReadonlySet<string> | null = null;

  constructor(
    private readonly library: Library,
    private readonly own: LibraryGroup,
    /** Bytes that numbers may still take. */
    private readonly budget: { left: number },
  ) {}

  get keys(): readonly string[] {
    this.#names ??= new Set(this.own.keys());
    return [...this.#names];
  }

  text(name: string): string | null {
    return textOf(this.#attribute(name));
  }

  texts(name: string): readonly string[] | null {
    const value = this.#attribute(name);
    return Array.isArray(value) ? value.map((one) => textOf(one) ?? '') : null;
  }

  group(path: string): Hdf5Group | null {
    return this.#at(path, (entry) => (entry instanceof this.library.Group ? this.#view(entry) : null));
  }

  numbers(path: string): Constant | null {
    return this.#at(path, (entry) => (entry instanceof this.library.Dataset ? numbersOf(entry, this.budget) : null));
  }

  #attribute(name: string): unknown {
    return this.own.attrs[name]?.value ?? null;
  }

  #view(group: LibraryGroup): View {
    return new View(this.library, group, this.budget);
  }

  /** What lies at a path, `a/b`, step by step: the library gives no null for what is not there. */
  #at<T>(path: string, take: (entry: unknown) => T | null): T | null {
    const [first, ...rest] = path.split('/').filter((part) => part !== '');
    this.#names ??= new Set(this.own.keys());
    if (first === undefined || !this.#names.has(first)) return null;
    const entry: unknown = this.own.get(first);
    if (rest.length === 0) return take(entry);
    return entry instanceof this.library.Group ? this.#view(entry).#at(rest.join('/'), take) : null;
  }
}

/** Types of h5wasm that are numbers: floats, then integers. */
const numeric = /^[<>|]?[efdbBhHiIlLqQ]$/;

function numbersOf(set: InstanceType<Library['Dataset']>, budget: { left: number }): Constant {
  const shape = (set.shape ?? []).map(Number);
  const count = shape.reduce((product, length) => product * length, 1);
  const name = quoteName(set.path);
  const type = typeof set.dtype === 'string' ? set.dtype : 'a compound';
  if (!numeric.test(type)) throw new WhylightError(`${name} holds no numbers but ${quoteName(type, 20)}`);
  budget.left -= count * 8;
  if (!(budget.left >= 0)) {
    throw new WhylightError(`${name} (${shape.join('×')}) and what comes before it is more than the file can hold`);
  }
  const { value } = set;
  const list = (typeof value === 'object' ? value : [value]) as ArrayLike<number> | null;
  if (list?.length !== count) throw new WhylightError(`${name} does not hold ${shape.join('×')} numbers`);
  return { shape, values: list instanceof Float32Array ? list : Float32Array.from(list, Number) };
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : null;
}
