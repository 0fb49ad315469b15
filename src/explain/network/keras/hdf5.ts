import { WhylightError } from '../../errors';
import type { Constant } from '../tensorflow/tensorflow-graph';
import { quoteName } from '../weights/quote-name';

type Library = typeof import('h5wasm');

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

/** How the first bytes of an HDF5 file read. */
export const hdf5Signature = '\x89HDF\r\n\x1a\n';

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
  const { File, Group, Dataset, ready } = await open();
  const module = await ready;
  const place = `/${++files}.h5`;
  module.FS.writeFile(place, bytes);
  let left = 2 ** 20 + packing * bytes.length;

  const numbers = (set: InstanceType<Library['Dataset']>): Constant => {
    const shape = (set.shape ?? []).map(Number);
    const count = shape.reduce((product, length) => product * length, 1);
    const name = quoteName(set.path);
    const type = String(typeof set.dtype === 'string' ? set.dtype : 'compound');
    if (!/^[<>|]?[efdbBhHiIlLqQ]$/.test(type))
      throw new WhylightError(`${name} holds no numbers but ${quoteName(type, 20)}`);
    left -= count * 8;
    if (!(left >= 0))
      throw new WhylightError(`${name} (${shape.join('×')}) and what comes before it is more than the file can hold`);
    const { value } = set;
    if (value === null || value === undefined) throw new WhylightError(`${name} is empty`);
    const list =
      typeof value === 'number' || typeof value === 'bigint' ? [value] : (value as ArrayLike<number | bigint>);
    if (list.length !== count) throw new WhylightError(`${name} holds ${list.length} numbers, not ${shape.join('×')}`);
    const values = list instanceof Float32Array ? list : Float32Array.from(list as ArrayLike<number>, Number);
    return { shape, values };
  };

  const names = new Map<string, ReadonlySet<string>>();
  const namesIn = (group: InstanceType<Library['Group']>): ReadonlySet<string> => {
    const cached = names.get(group.path) ?? new Set(group.keys());
    names.set(group.path, cached);
    return cached;
  };

  const view = (group: InstanceType<Library['Group']>): Hdf5Group => {
    const at = (path: string) => {
      const parts = path.split('/').filter((part) => part !== '');
      let here: unknown = group;
      for (const part of parts) {
        if (!(here instanceof Group) || !namesIn(here).has(part)) return null;
        here = here.get(part);
      }
      return here;
    };
    const attribute = (name: string): unknown => group.attrs[name]?.value ?? null;
    return {
      text: (name) => textOf(attribute(name)),
      texts: (name) => {
        const value = attribute(name);
        return Array.isArray(value) ? value.map((one) => textOf(one) ?? '') : null;
      },
      get keys() {
        return group.keys();
      },
      group: (path) => {
        const entry = at(path);
        return entry instanceof Group ? view(entry) : null;
      },
      numbers: (path) => {
        const entry = at(path);
        return entry instanceof Dataset ? numbers(entry) : null;
      },
    };
  };

  let file: InstanceType<Library['File']> | null = null;
  try {
    file = new File(place, 'r');
    return read(view(file));
  } catch (error) {
    if (error instanceof WhylightError) throw error;
    const line = String((error as Error | undefined)?.message ?? error).split('\n')[0]!;
    throw new WhylightError(`${what} is damaged or cut off: HDF5 cannot read it (${quoteName(line, 120)})`, {
      cause: error,
    });
  } finally {
    try {
      file?.close();
    } catch {
      // Damaged files may not close either; the memory is freed below.
    }
    module.FS.unlink(place);
  }
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : null;
}
