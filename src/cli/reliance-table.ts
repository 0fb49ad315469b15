import type { Reliance } from '../analyses/reliance';
import type { Estimate } from '../explain/statistics/estimate';

export const relianceColumns = [
  'RIGHT',
  'WORST GROUP',
  'MARKINGS (LOGITS)',
  'BACKGROUND (LOGITS)',
  'RELIANCE ON BACKGROUND',
  'FLIPS',
] as const;

/** What a network relies on, in the order of the columns, with 95 % intervals. */
export function relianceCells({ accuracy, worst, animal, background, reliance, flips }: Reliance): readonly string[] {
  const percent = ({ value, low, high }: Estimate) =>
    `${(100 * value).toFixed(1)} % (${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)})`;
  const logits = ({ value, low, high }: Estimate) => `${value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
  return [
    percent(accuracy),
    `${percent(worst.accuracy)} ${worst.kind} on ${worst.background}`,
    logits(animal),
    logits(background),
    `${reliance.value.toFixed(3)} (${reliance.low.toFixed(3)}–${reliance.high.toFixed(3)})`,
    percent(flips),
  ];
}
