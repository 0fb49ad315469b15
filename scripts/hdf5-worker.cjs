// Reads HDF5 for `src/explain/network/keras/hdf5.ts`, in a thread that can be ended: damaged files make the library turn
// in circles, and what it once took of memory it keeps. Answers one question at a time, with plain values.
const { workerData } = require('node:worker_threads');

/** @type {{ port: import('node:worker_threads').MessagePort, flag: Int32Array }} */
const { port, flag } = workerData;

/** Bytes that the library may take for the file at hand: damaged lengths make it ask for all there is. */
let most = 0;
const { grow } = WebAssembly.Memory.prototype;
WebAssembly.Memory.prototype.grow = function (pages) {
  if (this.buffer.byteLength + pages * 2 ** 16 > most) throw new RangeError('too much memory');
  return grow.call(this, pages);
};

const loaded = import('h5wasm').then(async (library) => {
  const module = await library.ready;
  // Else it prints its errors and goes on.
  module.activate_throwing_error_handler();
  return { library, module };
});

const place = '/model.h5';
let file = null;
/** Names in each group that was asked. @type {Map<string, ReadonlySet<string>>} */
let names = new Map();

function namesIn(group, path) {
  const known = names.get(path) ?? new Set(group.keys());
  names.set(path, known);
  return known;
}

/** What lies at a path, step by step: the library gives no null for what is not there. */
function entryAt(library, steps) {
  let entry = file;
  for (const [i, step] of steps.entries()) {
    if (!(entry instanceof library.Group) || !namesIn(entry, steps.slice(0, i).join('/')).has(step)) return null;
    entry = entry.get(step);
  }
  return entry;
}

const textOf = (value) =>
  typeof value === 'string' ? value : value instanceof Uint8Array ? new TextDecoder().decode(value) : null;

function close(module) {
  try {
    file?.close();
  } catch {
    // Damaged files may not close.
  }
  file = null;
  names = new Map();
  if (module.FS.analyzePath(place).exists) module.FS.unlink(place);
}

/** @type {Record<string, (at: { library: any, module: any }, asked: any) => unknown>} */
const answers = {
  open({ library, module }, { bytes, memory }) {
    close(module);
    most = memory;
    module.FS.writeFile(place, bytes);
    file = new library.File(place, 'r');
    return null;
  },
  close: ({ module }) => close(module),
  keys({ library }, { steps }) {
    const entry = entryAt(library, steps);
    return entry instanceof library.Group ? [...namesIn(entry, steps.join('/'))] : [];
  },
  isGroup: ({ library }, { steps }) => entryAt(library, steps) instanceof library.Group,
  /** A text, a list of texts, or null; `bytes` where it is larger than what is left. */
  attribute({ library }, { steps, name, left }) {
    const attribute = entryAt(library, steps).attrs[name];
    if (attribute === undefined) return { value: null };
    const { size, total_size: count } = attribute.metadata;
    if (!(size * count <= left)) return { bytes: size * count };
    const { value } = attribute;
    return { value: Array.isArray(value) ? value.map((one) => textOf(one) ?? '') : textOf(value) };
  },
  /** Shape and type of a data set; null where there is none. */
  dataset({ library }, { steps }) {
    const entry = entryAt(library, steps);
    if (!(entry instanceof library.Dataset)) return null;
    return {
      shape: (entry.shape ?? []).map(Number),
      type: typeof entry.dtype === 'string' ? entry.dtype : 'a compound',
    };
  },
  values({ library }, { steps }) {
    const { value } = entryAt(library, steps);
    const list = typeof value === 'object' ? value : [value];
    return list instanceof Float32Array ? list.slice() : Float32Array.from(list ?? [], Number);
  },
};

port.on('message', async (asked) => {
  let answer;
  try {
    answer = { value: answers[asked.question](await loaded, asked) };
  } catch (error) {
    // What trapped or aborted in the middle of its work reads no other file as it should.
    answer = { error: String(error?.message ?? error), isBroken: error instanceof WebAssembly.RuntimeError };
  }
  const { value } = answer;
  port.postMessage(answer, value instanceof Float32Array ? [/** @type {ArrayBuffer} */ (value.buffer)] : []);
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
});
