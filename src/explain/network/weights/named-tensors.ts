import { listAllowed, WhylightError } from '../../errors';
import { isCounter } from './checkpoint';
import { quoteName } from './quote-name';
import { Tensor } from './torch-objects';
import { type Pickled, Placeholder, Tuple } from './unpickle';

/** A tensor of a pickle, and its place among the pickle's dictionaries. */
export interface NamedTensor {
  readonly key: string;
  readonly name: string;
  readonly tensor: Tensor;
}

/** What a pickled checkpoint holds by name. */
export interface NamedTensors {
  readonly tensors: readonly NamedTensor[];
  readonly unreadable: ReadonlyMap<string, string>;
  readonly bystanders: readonly string[];
  readonly labels: readonly { readonly key: string; readonly names: readonly string[] }[];
  readonly architecture: string | null;
  /** Classes of the objects out of whose attributes tensors were taken. */
  readonly objects: readonly string[];
  readonly instead: string;
}

/** Dictionaries in dictionaries, and modules in modules, are followed so far. */
const DEPTH = 20;
/** Entries looked at in all: a small pickle may hold one object under any number of names. */
const ENTRIES = 500_000;

/**
 * Every tensor of floating-point numbers in a checkpoint that has a name: in dictionaries, at any depth, and in the
 * attributes, parameters, buffers and submodules of pickled objects, whose classes are not asked.
 * @throws WhylightError for a checkpoint without an end.
 */
export function namedTensors(checkpoint: Pickled): NamedTensors {
  return new Walk(checkpoint).result();
}

/** Where the walk is: the dictionary's key, and the name so far inside the object that starts there. */
interface Place {
  readonly key: string;
  readonly name: string;
  readonly depth: number;
}

const join = (before: string, next: string) => (before === '' || next === '' ? before + next : `${before}.${next}`);

class Walk {
  readonly #tensors: NamedTensor[] = [];
  readonly #unreadable = new Map<string, string>();
  readonly #labels: { key: string; names: readonly string[] }[] = [];
  readonly #objects = new Set<string>();
  readonly #open = new Set<Pickled>();
  #entries = 0;
  #integers = false;

  constructor(readonly checkpoint: Pickled) {
    this.#container(checkpoint, { key: '', name: '', depth: 0 });
  }

  result(): NamedTensors {
    return {
      tensors: this.#tensors,
      unreadable: this.#unreadable,
      labels: this.#labels,
      architecture: architectureIn(this.checkpoint),
      objects: [...this.#objects],
      bystanders: this.#bystanders(),
      instead: this.#integers
        ? 'it holds no tensors of floating-point numbers'
        : `it holds no named tensors: ${insteadOf(this.checkpoint)}`,
    };
  }

  /** A dictionary, a list or an object: each is left again before it is entered anew. */
  #container(value: Pickled, place: Place): void {
    if (place.depth > DEPTH || this.#open.has(value)) return;
    this.#open.add(value);
    if (value instanceof Map) this.#dictionary(value, place);
    else if (value instanceof Placeholder) this.#object(value, place);
    else if (Array.isArray(value)) this.#list(value, place);
    else if (value instanceof Tuple) this.#list(value.items, place);
    this.#open.delete(value);
  }

  #dictionary(dict: ReadonlyMap<Pickled, Pickled>, place: Place): void {
    for (const [key, value] of dict) {
      this.#count();
      if (typeof key === 'string') this.#entry(key, value, place);
      else if (typeof key === 'number') this.#inner(String(key), value, place);
    }
    if (place.name === '') this.#noteLabels(dict, place.key);
  }

  #list(items: readonly Pickled[], place: Place): void {
    items.forEach((item, i) => {
      this.#count();
      if (typeof item === 'object') this.#inner(String(i), item, place);
    });
  }

  /** A module of PyTorch keeps its parts in three dictionaries of their own; a scripted one among its attributes. */
  #object({ name: className, state, items, list }: Placeholder, place: Place): void {
    if (items.size > 0) this.#dictionary(items, place);
    if (list.length > 0) this.#list(list, place);
    if (!(state instanceof Map)) return;
    const before = this.#tensors.length;
    for (const [name, part] of attributesOf(state)) this.#attribute(name, part, place);
    if (place.name === '' && this.#tensors.length > before) this.#objects.add(className);
  }

  /** What an object holds is named from that object on, as `state_dict()` names it. */
  #attribute(name: Pickled, value: Pickled, { key, name: outer, depth }: Place): void {
    this.#count();
    if (typeof name !== 'string') return;
    const inside = { key, name: join(outer, name), depth: depth + 1 };
    if (value instanceof Tensor) this.#tensor(value, key, inside.name);
    else if (value instanceof Placeholder) {
      if (value.state === null && value.items.size === 0) this.#unreadable.set(join(key, inside.name), value.name);
      this.#container(value, inside);
    } else if (value instanceof Map) {
      this.#container(value, inside);
    }
  }

  #entry(name: string, value: Pickled, place: Place): void {
    const { key, name: outer } = place;
    if (value instanceof Tensor) this.#tensor(value, key, join(outer, name));
    else this.#inner(name, value, place);
    if (value instanceof Placeholder && value.state === null && value.items.size === 0) {
      this.#unreadable.set(join(join(key, outer), name), value.name);
    }
  }

  #inner(name: string, value: Pickled, { key, name: outer, depth }: Place): void {
    this.#container(value, { key: join(join(key, outer), name), name: '', depth: depth + 1 });
  }

  #tensor(tensor: Tensor, key: string, name: string): void {
    if (tensor.storage.type.kind === 'integer') this.#integers = true;
    else if (!isCounter(name)) this.#tensors.push({ key, name, tensor });
  }

  #noteLabels(dict: ReadonlyMap<Pickled, Pickled>, key: string): void {
    for (const [name, value] of dict) {
      const names = typeof name === 'string' ? labelsIn(name, value) : null;
      if (names !== null) this.#labels.push({ key: join(key, name as string), names });
    }
  }

  #count(): void {
    if (++this.#entries > ENTRIES) throw new WhylightError(`it holds more than ${ENTRIES} objects in one another`);
  }

  #bystanders(): string[] {
    if (!(this.checkpoint instanceof Map)) return [];
    const sources = new Set(this.#tensors.map(({ key }) => key.split('.')[0]!));
    return [...this.checkpoint].flatMap(([key, value]) =>
      typeof key === 'string' && !(value instanceof Tensor) && !sources.has(key) ? [key] : [],
    );
  }
}

/** As timm and torchvision's training scripts save it. */
function architectureIn(checkpoint: Pickled): string | null {
  if (!(checkpoint instanceof Map)) return null;
  const text = ['arch', 'architecture', 'model_name']
    .map((key) => checkpoint.get(key))
    .find((value) => value !== undefined);
  return typeof text === 'string' ? text : null;
}

const itemsOf = (value: Pickled): ReadonlyMap<Pickled, Pickled> =>
  value instanceof Map ? value : value instanceof Placeholder ? value.items : new Map();

/** An object's attributes, a module's parameters, buffers and submodules among them. */
function* attributesOf(state: ReadonlyMap<Pickled, Pickled>): Generator<readonly [Pickled, Pickled]> {
  // Buffers that are computed when a module is made, and are no part of what it learnt.
  const passing = state.get('_non_persistent_buffers_set');
  for (const [key, value] of state) {
    if (typeof key !== 'string' || !/^_(parameters|buffers|modules)$/.test(key)) yield [key, value];
    else if (key !== '_buffers' || !(passing instanceof Set)) yield* itemsOf(value);
    else for (const [name, part] of itemsOf(value)) if (!passing.has(name)) yield [name, part];
  }
}

/** Class names under the keys that training scripts use: a list, `{name: index}` or `{index: name}`. */
function labelsIn(key: string, value: Pickled): readonly string[] | null {
  if (
    !/^(class(es|_names|_labels|_to_idx|_to_index)?|classnames|labels|label_names|idx_to_class|id2label|label2id)$/.test(
      key,
    )
  )
    return null;
  const items = value instanceof Tuple ? value.items : value;
  if (Array.isArray(items)) return texts(items);
  if (!(items instanceof Map)) return null;
  const pairs = [...items].map(([one, other]) =>
    typeof one === 'string' ? ([other, one] as const) : ([one, other] as const),
  );
  const byIndex = new Map(pairs.map(([index, name]) => [Number(index), name]));
  return texts(pairs.map((_, i) => byIndex.get(i) ?? null));
}

function texts(values: readonly Pickled[]): readonly string[] | null {
  return values.length > 0 && values.every((value): value is string => typeof value === 'string' && value !== '')
    ? values
    : null;
}

function insteadOf(value: Pickled): string {
  if (value instanceof Placeholder) return `there is a ${quoteName(value.name)} at the top`;
  if (!(value instanceof Map)) {
    return `there is a ${Array.isArray(value) || value instanceof Tuple ? 'list' : 'single value'} at the top`;
  }
  const keys = [...value.keys()].map((key) => (typeof key === 'string' ? quoteName(key, 30) : typeof key));
  return keys.length === 0 ? 'it is empty' : `it holds ${listAllowed(keys)}`;
}
