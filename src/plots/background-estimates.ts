import type { Estimate } from '../explain/statistics/estimate';
import { estimatesFigure } from './estimates';
import type { Figure } from './figure';
import { COLUMN } from './print-geometry';

/** Right answers of a network on the same animals on any background, their class's own and the other class's. */
export interface BackgroundEstimates {
  readonly title: string;
  readonly accuracy: { readonly fair: Estimate; readonly own: Estimate; readonly swapped: Estimate };
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

const sets = { fair: 'any background', own: 'own background', swapped: 'swapped background' } as const;

/** Right answers with their 95 % intervals, a row for each kind of background and a point for each network. */
export function backgroundEstimates(
  networks: readonly BackgroundEstimates[],
  { width = COLUMN }: { readonly width?: number } = {},
): Figure {
  const keys = Object.keys(sets) as (keyof typeof sets)[];
  const spoken = ({ title, accuracy }: BackgroundEstimates) => {
    const shares = keys.map((key) => `${percent(accuracy[key].value)} on ${sets[key]}`);
    const intervals = keys.map((key) => `${percent(accuracy[key].low)} to ${percent(accuracy[key].high)}`);
    return `${title}: ${shares.join(', ')}; 95 % intervals ${intervals.join(', ')}.`;
  };
  return estimatesFigure(
    keys.map((key) => sets[key]),
    networks.map(({ title, accuracy }) => ({ name: title, estimates: keys.map((key) => accuracy[key]) })),
    {
      quantity: 'right answers, %',
      scale: 100,
      range: [-2, 102],
      width,
      alt: `Points of right answers. ${networks.map(spoken).join(' ')}`,
      caption: `Right answers on ${networks[0]?.accuracy.fair.count ?? 0} drawn animals, each on any background, on its class’s own and on the other class’s (swapped), with 95 % intervals.`,
    },
  );
}
