import type { Attribution } from '../explain/attribution';
import type { ImageSample } from '../explain/image/sample';
import { withLook } from '../explain/look';
import type { OcclusionFill } from '../explain/methods/occluder-fill';
import type { Network } from '../explain/network/network';
import type { RunOptions } from '../explain/progress';
import type { Target } from '../explain/target';
import type { Figure } from '../plots/figure';
import { supportEntries } from './method-support';
import { whyMethods } from './why-methods';
import { type WhyNumbers, whyNumbers } from './why-numbers';
import { whyFigure } from './why-picture';
import { whyRules } from './why-rules';
import { type WhySentences, whySentences } from './why-sentences';

/** What to explain, and how much to try. */
export interface WhyOptions extends RunOptions {
  /** Of the maps; what turns is always the network's answer. Default: the answer. */
  readonly target?: Target;
  /** Methods by name. Default: of each of three ways to ask a network the one that the nearest evaluation supports best. */
  readonly methods?: readonly string[];
  /** The file of evaluations that methods are chosen by (`whylight evaluate --support FILE`). Default: the project's own. */
  readonly support?: string;
  /** What covers, the first in every check. Default: black, the photo's mean colour, a blur. */
  readonly fills?: readonly OcclusionFill[];
  /** Of untrained networks, and of the order of equal places. Default 0. */
  readonly seed?: number;
  /** Two shares, one untrained network, one fill, and no pieces of like colour. Default false. */
  readonly quick?: boolean;
}

/** Why a network answered a photo as it did: numbers, and the sentences that they carry. */
export interface Why extends WhySentences {
  readonly numbers: WhyNumbers;
  readonly maps: readonly Attribution[];
  readonly figures: { readonly why: Figure };
}

/**
 * Why did the network answer as it did on this photo, and what cannot be said? Maps of a few methods; checks of each on this
 * photo (covering what it ranks first against the same shapes elsewhere, the same method on untrained networks, the rival's
 * map); the smallest square and the fewest pieces whose covering turns the answer; and sentences that say no more than these
 * numbers.
 *
 * @throws WhylightError for an unknown method, class or fill; AbortedError.
 */
export async function why(network: Network, photo: ImageSample, options: WhyOptions = {}): Promise<Why> {
  const { target, methods, support, fills, seed, quick, ...run } = options;
  const entries = support === undefined ? undefined : supportEntries(support);
  const { calls, choice } = whyMethods(network, fills?.[0] ?? 'black', methods, entries);
  const rules = { ...whyRules(options), choice };
  return withLook(network, photo, async (look) => {
    const { numbers, maps } = await whyNumbers(look, look.target(target), calls, rules, run);
    return { ...whySentences(numbers), numbers, maps, figures: { why: whyFigure(look, numbers, maps) } };
  });
}
