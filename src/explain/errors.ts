import { plainLine } from './plain-line';

/** A mistake in what a person asked for or handed over: one clear line that says what, the value and what is allowed. */
export class WhylightError extends Error {
  override readonly name: string = 'WhylightError';

  constructor(message: string, options?: ErrorOptions) {
    super(plainLine(message), options);
  }
}

/** Thrown when `signal` is aborted: nothing half-done is left behind. */
export class AbortedError extends WhylightError {
  override readonly name = 'AbortedError';
}

/** A list for an error message, shortened after `limit` entries. */
export function listAllowed(values: readonly string[], limit = 12): string {
  if (values.length <= limit) return values.join(', ');
  return `${values.slice(0, limit).join(', ')} … and ${values.length - limit} more`;
}
