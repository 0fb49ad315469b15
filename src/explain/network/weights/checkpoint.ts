import type { Parameter } from '../network';

/** A tensor in somebody's file, by its name; its numbers are not read yet. */
export interface StoredTensor {
  /** Keys of the dictionaries that lead to the one that holds it, joined by dots; empty at the top. */
  readonly key: string;
  /** Its name in that dictionary. */
  readonly name: string;
  /** In PyTorch's order. */
  readonly shape: readonly number[];
  /** Where its numbers lie: equal for tensors that are one. */
  readonly place: string;
}

/** All that a weights file holds by name, whatever its format. */
export interface Checkpoint {
  /** For people: `PyTorch (zip)`. */
  readonly format: string;
  /** Tensors of floating-point numbers. */
  readonly tensors: readonly StoredTensor[];
  /** What else has a name and might have been a weight: what would have made it, by its full name. */
  readonly unreadable: ReadonlyMap<string, string>;
  /** What lies at the top beside dictionaries of tensors: `epoch`, `optimizer`. */
  readonly bystanders: readonly string[];
  /** Class names that it holds, by the key under which it does. */
  readonly labels: readonly { readonly key: string; readonly names: readonly string[] }[];
  /** What its top says that the architecture is called; null where it does not. */
  readonly architecture: string | null;
  /** What a person has to know of the file: a sentence each. */
  readonly notes: readonly string[];
  /** Of a file without tensors here: what it holds instead, in words. */
  readonly instead: string;
  /**
   * The numbers of some of its tensors, by the name that each gets, as float32.
   * @throws WhylightError where a tensor reaches outside its storage, or the file is damaged there.
   */
  read(tensors: ReadonlyMap<string, StoredTensor>): Map<string, Parameter>;
}

/** A tensor's name from the top of its file. */
export const fullName = ({ key, name }: Pick<StoredTensor, 'key' | 'name'>): string =>
  key === '' ? name : `${key}.${name}`;

/** What training counts: `num_batches_tracked`, whose numbers an average of networks makes floating. */
export const isCounter = (name: string): boolean => /(^|\.)num_batches_tracked$/.test(name);
