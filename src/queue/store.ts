import { WhylightError } from '../explain/errors';

/** Where photos come from, or results go: names with slashes, and bytes. */
export interface Store {
  /** What messages may show: never a credential. */
  readonly label: string;
  /** Names below a prefix that ends in a slash, or all for an empty one, in their order. */
  readonly list: (prefix: string) => AsyncIterable<string>;
  /** null where there is none of that name. */
  readonly read: (name: string) => Promise<Buffer | null>;
  /** Wholly or not at all. */
  readonly write: (name: string, bytes: Uint8Array) => Promise<void>;
  /** A file of this machine with what is stored: its own, or a copy in `folder`; null where there is none of that name. */
  readonly local: (name: string, folder: string) => Promise<string | null>;
}

/** The store does not answer, refuses, or is full: no fault of what is worked on, and better later. */
export class StoreError extends WhylightError {
  override readonly name = 'StoreError';
}
