import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { WhylightError } from '../explain/errors';
import type { Method } from '../explain/methods/define-method';
import { addMethod } from '../explain/methods/index';
import type { ArchitectureDescription } from '../explain/network/architectures/architecture';
import { addArchitecture } from '../explain/network/architectures/index';
import { addCode } from '../explain/store/code-hash';
import { bibliography } from './bibliography';
import type { Claim } from './claims/claim';
import { addClaim } from './claims/index';
import { addFigureKind } from './figures/index';
import type { FigureKind } from './figures/kind';

/** What a person can add to the program, each by its one description. */
export type Addition = Method | FigureKind | Claim | ArchitectureDescription;

/** One thing that was added. */
export interface Added {
  /** `method my-method`. */
  readonly what: string;
  /** The module that it is from, and its sha256; null for what a program or a notebook added by `use`. */
  readonly file: string | null;
  readonly sha256: string | null;
}

const adders = { method: addMethod, figure: addFigureKind, claim: addClaim, architecture: addArchitecture } as const;

const roles = Object.keys(adders).join(', ');
const isAddition = (value: unknown): value is Addition => Object.hasOwn(adders, (value as Addition | null)?.role ?? '');

const list: Added[] = [];

/** All that was added to the program so far. */
export const additions = (): readonly Added[] => list;

/**
 * Adds a method, a kind of figure, a claim or an architecture, for as long as the program runs: everything that lists
 * such things, checks a name or writes about them then knows it. Given again, as when a notebook's cell is run again, it
 * stands in the place of what `use` added by that name before.
 *
 * @throws WhylightError for what has none of these roles, lacks a part, or has the name of what is built in or
 *   comes from a file.
 */
export function use(addition: Addition): void {
  // Nobody knows what its code is: no later run may take its results from the store.
  add(addition, { file: null, sha256: null }, randomUUID());
}

function add(addition: Addition, from: Pick<Added, 'file' | 'sha256'>, code: string): Added {
  if (!isAddition(addition)) {
    throw new WhylightError(`no use for a thing of role ${(addition as { role?: unknown })?.role} (allowed: ${roles})`);
  }
  const { role } = addition;
  const own = role === 'method' ? [addition.bibtex] : role === 'architecture' ? [] : addition.references;
  // Before the long work, not after it.
  bibliography((own ?? []).filter((one) => one !== undefined));
  const name = role === 'figure' ? addition.kind : role === 'claim' ? addition.id : addition.name;
  const added = { what: `${role} ${name}`, ...from };
  const before = list.findIndex(({ what, file }) => what === added.what && file === null && from.file === null);
  (adders[role] as (one: Addition, replaces: boolean) => void)(addition, before >= 0);
  if (before >= 0) list.splice(before, 1);
  addCode(added.what, code);
  list.push(added);
  return added;
}

const modules = new Map<string, readonly Added[]>();

/**
 * Adds what a module exports, once: each export with a role, and what a function as its default export returns for the
 * public functions of Whylight. Results that depend on it are kept by the sha256 of that file, not of those it imports.
 *
 * @throws WhylightError for a file that cannot be read or run, and for one that exports nothing to add.
 */
export function addModule(file: string): readonly Added[] {
  const place = path.resolve(file);
  const name = path.basename(file);
  const before = modules.get(place);
  if (before !== undefined) return before;
  const exported = exportsOf(place, name).filter(isAddition);
  if (exported.length === 0) {
    throw new WhylightError(
      `${name} exports nothing to add (allowed: what defineMethod, defineFigure, defineClaim and defineArchitecture ` +
        'return, or by default a function that returns it: export default (whylight) => …)',
    );
  }
  const sha256 = createHash('sha256').update(readFileSync(place)).digest('hex');
  const added = exported.map((one) => add(one, { file: name, sha256 }, sha256));
  modules.set(place, added);
  return added;
}

function exportsOf(place: string, name: string): unknown[] {
  const load = createRequire(__filename);
  try {
    const loaded = load(place);
    const standard = typeof loaded === 'function' ? loaded : loaded?.default;
    const additions = typeof standard === 'function' ? standard(load('whylight')) : [];
    // A set, for what is exported by default may have a name, too.
    return [
      ...new Set([
        ...Object.values(loaded ?? {}),
        ...(isAddition(additions) ? [additions] : Object.values(additions ?? {})),
      ]),
    ];
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'MODULE_NOT_FOUND' && message.includes(place)) {
      throw new WhylightError(`cannot read ${name}: there is no such file`, { cause: error });
    }
    const hint = /Cannot find (?:package|module) '(?:whylight|zod)'/.test(message)
      ? '; outside of the project write: export default (whylight) => whylight.defineMethod({ … })'
      : '';
    throw new WhylightError(`${name} cannot be run: ${message.split('\n')[0]}${hint}`, { cause: error });
  }
}
