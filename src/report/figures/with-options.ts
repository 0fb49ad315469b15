import { WhylightError } from '../../explain/errors';
import { findMethod } from '../../explain/methods';
import type { StudyOptions } from '../attribution-cache';
import type { WantedMethod } from './entry';

/**
 * A study's method with its options.
 * @throws WhylightError for an option that the method does not take.
 */
export function withOptions(one: WantedMethod): { readonly method: string; readonly options: StudyOptions } {
  if (typeof one === 'string') return { method: one, options: {} };
  const { options } = findMethod(one.method);
  const wrong = Object.keys(one.options).find((option) => !options.includes(option));
  if (wrong === undefined) return one;
  throw new WhylightError(`${one.method} takes no ${wrong} (allowed: ${options.join(', ') || 'no option'})`);
}
