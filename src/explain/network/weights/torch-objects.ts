import { WhylightError } from '../../errors';
import { type ElementType, elementTypes } from './element-type';
import { quoteName } from './quote-name';
import { Opaque, type Pickled, type PickleHost, Placeholder, Tuple } from './unpickle';

/** The numbers behind one or more tensors. */
export class Storage extends Opaque {
  constructor(
    readonly key: string,
    readonly type: ElementType,
    /** Numbers, as the pickle declares them. */
    readonly length: number,
  ) {
    super('storage');
  }
}

/** A view of a storage; lengths, strides and offset count numbers. */
export class Tensor extends Opaque {
  constructor(
    readonly storage: Storage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {
    super('tensor');
  }
}

class StorageType extends Opaque {
  constructor(readonly type: ElementType) {
    super('storage type');
  }
}

class Callable extends Opaque {
  constructor(readonly call: (args: readonly Pickled[]) => Pickled) {
    super('function');
  }
}

/** Seen by name only: a dtype, a class, a device. */
const plain = new Opaque('value');

function damaged(what: string): never {
  throw new WhylightError(`its pickle is damaged: ${what}`);
}

function wholeNumber(value: Pickled | undefined, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  damaged(`${what} is ${typeof value === 'number' || typeof value === 'bigint' ? value : 'not a number'}`);
}

function wholeNumbers(value: Pickled | undefined, what: string): number[] {
  const items = value instanceof Tuple ? value.items : Array.isArray(value) ? value : damaged(`${what} is missing`);
  if (items.length > 16) damaged(`${what} has ${items.length} axes`);
  return items.map((item) => wholeNumber(item, what));
}

/** `torch._utils._rebuild_tensor` and `_v2`: storage, offset, size, stride, and what training needs. */
function rebuildTensor([storage, offset, size, stride]: readonly Pickled[]): Pickled {
  if (storage instanceof Placeholder) return storage;
  if (!(storage instanceof Storage)) damaged('a tensor has no storage');
  const shape = wholeNumbers(size, "a tensor's size");
  const strides = wholeNumbers(stride, "a tensor's stride");
  if (shape.length !== strides.length) damaged(`a tensor has ${shape.length} axes and ${strides.length} strides`);
  return new Tensor(storage, wholeNumber(offset, "a tensor's offset"), shape, strides);
}

/** A parameter is its tensor. */
function rebuildParameter([data]: readonly Pickled[]): Pickled {
  return data instanceof Tensor || data instanceof Placeholder ? data : damaged('a parameter has no tensor');
}

/** `torch._tensor._rebuild_from_type_v2(function, type, args, state)`: a tensor with attributes of its own. */
function rebuildFromType([callable, , args]: readonly Pickled[]): Pickled {
  if (callable instanceof Placeholder) return callable;
  // Calling itself again and again would take a stack as deep as the file likes.
  const nested = callable instanceof Callable && callable.call === rebuildFromType;
  if (!(callable instanceof Callable) || nested || !(args instanceof Tuple)) damaged('a tensor cannot be rebuilt');
  return callable.call(args.items);
}

/** An ordered dict or set, from nothing or from a list of its items. */
function orderedDict([items]: readonly Pickled[]): Pickled {
  const dict = new Map<Pickled, Pickled>();
  if (items === undefined) return dict;
  if (!Array.isArray(items)) damaged('an ordered dict');
  for (const item of items) {
    const [key, value] = item instanceof Tuple ? item.items : Array.isArray(item) ? item : [];
    if (key === undefined || value === undefined) damaged('an ordered dict');
    dict.set(key, value);
  }
  return dict;
}

const set = ([items]: readonly Pickled[]): Pickled => new Set(Array.isArray(items) ? items : []);

/** Bytes as protocol 2 writes them: a text of which each character is a byte. */
const encode = ([text]: readonly Pickled[]): Pickled =>
  typeof text === 'string' ? Buffer.from(text, 'latin1') : damaged('bytes are missing');

const storageType = (type: ElementType): Pickled => new StorageType(type);
const callable = (call: (args: readonly Pickled[]) => Pickled): Pickled => new Callable(call);
const dtypes = 'float32 float float64 double float16 half bfloat16 int64 long int32 int int16 short int8 uint8 bool';

/** Every name that means something here. Any other becomes a placeholder, and nothing is ever looked up. */
const allowed: ReadonlyMap<string, Pickled> = new Map<string, Pickled>([
  ['collections.OrderedDict', callable(orderedDict)],
  ['builtins.set', callable(set)],
  ['__builtin__.set', callable(set)],
  ['_codecs.encode', callable(encode)],
  ['torch._utils._rebuild_tensor', callable(rebuildTensor)],
  ['torch._utils._rebuild_tensor_v2', callable(rebuildTensor)],
  ['torch._utils._rebuild_parameter', callable(rebuildParameter)],
  ['torch._utils._rebuild_parameter_with_state', callable(rebuildParameter)],
  ['torch.nn.parameter.Parameter', callable(rebuildParameter)],
  ['torch._tensor._rebuild_from_type_v2', callable(rebuildFromType)],
  ['torch.Tensor', plain],
  ['torch.Size', callable(([items]) => (items instanceof Tuple ? items : damaged('a size')))],
  ['torch.device', callable(() => plain)],
  ...dtypes.split(' ').map((name) => [`torch.${name}`, plain] as const),
  ['torch.FloatStorage', storageType(elementTypes.float32)],
  ['torch.HalfStorage', storageType(elementTypes.float16)],
  ['torch.BFloat16Storage', storageType(elementTypes.bfloat16)],
  ['torch.DoubleStorage', storageType(elementTypes.float64)],
  ['torch.LongStorage', storageType(elementTypes.int64)],
  ['torch.IntStorage', storageType(elementTypes.int32)],
  ['torch.ShortStorage', storageType(elementTypes.int16)],
  ['torch.CharStorage', storageType(elementTypes.int8)],
  ['torch.ByteStorage', storageType(elementTypes.int8)],
  ['torch.BoolStorage', storageType(elementTypes.bool)],
]);

/** So many foreign names are kept for an error message. */
const KEPT = 3;

/**
 * Lets a pickle have tensors and plain containers; all else becomes placeholders. Its storages are collected by key;
 * their bytes come later.
 */
export class TorchHost implements PickleHost {
  readonly storages = new Map<string, Storage>();
  /** Names that the pickle wants to use and that mean nothing here, the first few. */
  readonly strangers = new Set<string>();

  global(module: string, name: string): Pickled {
    const full = `${module}.${name}`;
    const entry = allowed.get(full);
    if (entry !== undefined) return entry;
    if (this.strangers.size < KEPT) this.strangers.add(full);
    return new Placeholder(full);
  }

  call(target: Pickled, args: readonly Pickled[]): Pickled {
    if (target instanceof Placeholder) return new Placeholder(target.name, args);
    return target instanceof Callable ? target.call(args) : damaged('it calls what is no function');
  }

  /** `('storage', type, key, location, length)`; the legacy format adds a view of the storage, or None. */
  persistent(id: Pickled): Pickled {
    const [tag, type, key, , length, view] = id instanceof Tuple ? id.items : [];
    // The legacy format keeps a pickled module's class beside its source.
    if (tag === 'module' && type instanceof Placeholder) return type;
    if (tag === 'storage' && type instanceof Placeholder) return type;
    if (tag !== 'storage' || !(type instanceof StorageType) || typeof key !== 'string') damaged('a storage');
    if (view !== undefined && view !== null) {
      throw new WhylightError(
        'it holds a view of a storage, as PyTorch before 0.4 wrote; save it again with a newer one',
      );
    }
    const count = wholeNumber(length, "a storage's length");
    const earlier = this.storages.get(key);
    if (earlier) {
      if (earlier.type !== type.type || earlier.length !== count) damaged(`storage ${quoteName(key)} changes`);
      return earlier;
    }
    const storage = new Storage(key, type.type, count);
    this.storages.set(key, storage);
    return storage;
  }
}
