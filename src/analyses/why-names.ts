import { className } from '../plots/words';
import type { WhyNumbers } from './why-numbers';

/** The classes that numbers speak of: index → label. */
function spokenOf(value: unknown, labels = new Map<number, string>()): ReadonlyMap<number, string> {
  if (typeof value !== 'object' || value === null) return labels;
  const { index, label } = value as { readonly index?: unknown; readonly label?: unknown };
  if (typeof index === 'number' && typeof label === 'string') labels.set(index, label);
  for (const part of Object.values(value)) spokenOf(part, labels);
  return labels;
}

/**
 * Whether another class that the numbers speak of has the same first name (ImageNet has two cranes, a bird and a machine): then
 * the class's index stands behind it.
 */
export function hasNamesake(
  numbers: WhyNumbers,
  { index, label }: { readonly index: unknown; readonly label: string },
): boolean {
  const name = className(label);
  return [...spokenOf(numbers)].some(([other, one]) => other !== index && className(one) === name);
}
