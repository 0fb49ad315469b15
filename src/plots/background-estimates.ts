import type { Estimate } from '../explain/statistics/estimate';
import { estimatesFigure } from './estimates';
import type { Figure } from './figure';
import { COLUMN } from './print-geometry';

/** Right answers of a network on the same animals on any background, their class's own and the other class's. */
export interface BackgroundEstimates {
  readonly title: string;
  readonly accuracy: { readonly fair: Estimate; readonly own: Estimate; readonly swapped: Estimate };
  /** The least accuracy of all classes on all backgrounds. */
  readonly worst: { readonly accuracy: Estimate };
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

const rows = [
  { name: 'own background', of: ({ accuracy }: BackgroundEstimates) => accuracy.own },
  { name: 'any background', of: ({ accuracy }: BackgroundEstimates) => accuracy.fair },
  { name: 'swapped background', of: ({ accuracy }: BackgroundEstimates) => accuracy.swapped },
  { name: 'worst group', of: ({ worst }: BackgroundEstimates) => worst.accuracy },
] as const;

/** Right answers with their 95 % intervals, a row for each kind of background and a point for each network. */
export function backgroundEstimates(
  networks: readonly BackgroundEstimates[],
  { width = COLUMN }: { readonly width?: number } = {},
): Figure {
  const spoken = (network: BackgroundEstimates) => {
    const shares = rows.map(
      ({ name, of }) => `${percent(of(network).value)} ${name === 'worst group' ? 'in the' : 'on'} ${name}`,
    );
    const intervals = rows.map(({ of }) => `${percent(of(network).low)} to ${percent(of(network).high)}`);
    return `${network.title}: ${shares.join(', ')}; 95 % intervals ${intervals.join(', ')}.`;
  };
  return estimatesFigure(
    rows.map(({ name }) => name),
    networks.map((network) => ({ name: network.title, estimates: rows.map(({ of }) => of(network)) })),
    {
      quantity: 'right answers, %',
      scale: 100,
      range: [-2, 102],
      width,
      alt: `Points of right answers. ${networks.map(spoken).join(' ')}`,
      caption: `Right answers on ${networks[0]?.accuracy.own.count ?? 0} drawn animals, each drawn again on its class’s own background, on all six (any), and on the other class’s (swapped); and the least accuracy of one class on one background (worst group). With 95 % intervals.`,
    },
  );
}
