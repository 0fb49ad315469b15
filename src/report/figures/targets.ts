import type { Classification } from '../../explain/classify';
import { WhylightError } from '../../explain/errors';
import type { Network } from '../../explain/network/network';
import { expandTargets, type NamedTarget } from '../../explain/target';
import type { Wanted } from './entry';

/** A study's targets as classes of one network; `top2` goes by its answer to the figure's photo. */
export interface NamedTargets {
  /** @throws WhylightError where the words name several. */
  readonly one: (word: Wanted | undefined) => NamedTarget | undefined;
  /** @throws WhylightError for fewer than `least`, and for more than four. */
  readonly several: (words: readonly Wanted[], least: number) => readonly NamedTarget[];
}

/** Names a figure's targets for one network. */
export function namedTargets(id: string, network: Network, { classes }: Classification): NamedTargets {
  const ranked = classes.map(({ index }) => index);
  const several = (words: readonly Wanted[], least: number, most = 4) => {
    const targets = words.flatMap((target) => expandTargets(network, ranked, target));
    if (targets.length >= least && targets.length <= most) return targets;
    const allowed = least === most ? least : `${least} to ${most}`;
    throw new WhylightError(`${id} has ${targets.length} targets: ${words.join(', ')} (allowed: ${allowed})`);
  };
  return { one: (word) => (word === undefined ? undefined : several([word], 1, 1)[0]), several };
}
