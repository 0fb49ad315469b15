import { isDeepStrictEqual } from 'node:util';
import { WhylightError } from '../errors';
import { randomLabelsOf, readCard } from './card';
import { type LoadOptions, loadNetwork } from './load-network';
import type { Network } from './network';

/**
 * The twin of a network that was trained on random labels, as its card names it; null where the card names none.
 * @throws WhylightError for a twin of another form, and for one whose card does not say that its labels were random.
 */
export async function loadRandomLabelsTwin(
  network: Network,
  card: string,
  options: LoadOptions = {},
): Promise<Network | null> {
  const own = await readCard(card);
  const twin = randomLabelsOf(own);
  if (twin === null) return null;
  const twinCard = await readCard(twin);
  if (twinCard.form !== 'architecture' || twinCard.training?.labels !== 'random') {
    throw new WhylightError(
      `${twinCard.name}, which the card of ${own.name} names for random labels, does not say that it was trained on them (training: { labels: random, keep: last }, as whylight train --labels random writes it)`,
    );
  }
  const loaded = await loadNetwork(twin, options);
  const form = ({ graph, inputShape, output, classes, preprocessing }: Network) => ({
    graph,
    inputShape,
    output,
    classes,
    preprocessing,
  });
  if (isDeepStrictEqual(form(loaded), form(network))) return loaded;
  throw new WhylightError(
    `${twinCard.name} is no twin of ${own.name} (allowed: the same layers, input, preprocessing and classes, and other weights)`,
  );
}
