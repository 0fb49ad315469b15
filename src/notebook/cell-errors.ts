import { inspect } from 'node:util';
import { AbortedError } from '../explain/errors';
import { type CellPlace, placeOf } from './cell-maps';

/** Of a cell that was interrupted: long work that keeps a journal goes on where it was, other work begins anew. */
const INTERRUPTED = 'interrupted; run the cell again to go on';

const isInterrupt = (error: unknown) =>
  error instanceof AbortedError ||
  (error instanceof Error &&
    (error.message === 'Interrupted asynchronously' ||
      (error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED'));

const shortened = (text: string, limit = 120) => (text.length > limit ? `${text.slice(0, limit - 1)}…` : text);

/** `line 2: photo.colour.red`, with the cell where it is another one. */
function placeText({ cell, line, source }: CellPlace, running: number): string {
  return `${cell === running ? '' : `cell [${cell}], `}line ${line}: ${shortened(source)}`;
}

/**
 * What was thrown in a cell, as one line: what went wrong, and the line of the cell where it did.
 * @param running the number of the cell that runs.
 */
export function errorLine(error: unknown, running: number): string {
  if (isInterrupt(error)) return INTERRUPTED;
  if (!(error instanceof Error))
    return `thrown: ${shortened(inspect(error, { depth: 1, breakLength: Infinity }), 400)}`;
  const place = placeOf(error.stack ?? '');
  const words = `${error.name}: ${error.message}`.replace(/\s*\n\s*/g, ' ');
  return place === null ? words : `${words}  (${placeText(place, running)})`;
}
