import { listAllowed, WhylightError } from '../../errors';
import { quoteName } from './quote-name';
import { Tensor } from './torch-objects';
import type { Pickled } from './unpickle';

/** Under which names training scripts put the weights, in the order in which they are tried. */
const wrappers = ['state_dict', 'model_state_dict', 'model_state', 'model', 'net', 'network', 'module', 'weights'];
/** What DistributedDataParallel and torch.compile put before every name. */
const prefixes = ['module.', '_orig_mod.'];

/**
 * The named tensors of a checkpoint: at its top, or inside the usual wrappers (`{state_dict: …}`), without the
 * prefixes that training adds to every name (`module.`). Other things beside them (an epoch, a score) are ignored.
 * @throws WhylightError where there are none, saying what is there instead.
 */
export function stateDict(checkpoint: Pickled): Map<string, Tensor> {
  let level = checkpoint;
  for (let depth = 0; depth < 4; depth++) {
    const dict: Pickled = level;
    if (!(dict instanceof Map)) break;
    const tensors = [...dict].filter((entry): entry is [Pickled, Tensor] => entry[1] instanceof Tensor);
    if (tensors.length > 0) return withoutPrefixes(byName(tensors));
    const wrapper = wrappers.find((name) => dict.get(name) instanceof Map);
    if (wrapper === undefined) break;
    level = dict.get(wrapper)!;
  }
  throw new WhylightError(`it holds no named tensors: ${describe(level)}`);
}

function byName(tensors: readonly (readonly [Pickled, Tensor])[]): Map<string, Tensor> {
  const result = new Map<string, Tensor>();
  for (const [name, tensor] of tensors) {
    if (typeof name !== 'string') throw new WhylightError('a tensor in it has no name');
    result.set(name, tensor);
  }
  return result;
}

function withoutPrefixes(tensors: Map<string, Tensor>): Map<string, Tensor> {
  let result = tensors;
  // Wrapped in each other they are few; a file may hold a name of a million.
  for (let depth = 0; depth < 4; depth++) {
    const names = [...result.keys()];
    const prefix = prefixes.find((start) => names.every((name) => name.startsWith(start)));
    if (prefix === undefined) break;
    result = new Map([...result].map(([name, tensor]) => [name.slice(prefix.length), tensor]));
  }
  return result;
}

function describe(value: Pickled): string {
  if (!(value instanceof Map)) return `there is a ${Array.isArray(value) ? 'list' : 'single value'} at the top`;
  const keys = [...value.keys()].map((key) => (typeof key === 'string' ? quoteName(key, 30) : typeof key));
  return keys.length === 0 ? 'it is empty' : `it holds ${listAllowed(keys)} (looked into: ${wrappers.join(', ')})`;
}
