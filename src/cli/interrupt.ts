import { constants } from 'node:os';
import { AbortedError } from '../explain/errors';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

let last = 130;

/** The exit code of the last interrupt: 130 for Ctrl-C. */
export const interruptCode = (): number => last;

/**
 * Runs long work that Ctrl-C or the system's request to end aborts: the first one through the signal, so that nothing
 * half-done stays behind; a second one ends the process at once. The exit code is the system's for that signal.
 * @throws AbortedError after an interrupt, whatever the work itself threw
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onInterrupt = (name: NodeJS.Signals) => {
    const code = 128 + (constants.signals[name] ?? constants.signals.SIGINT);
    if (controller.signal.aborted) process.exit(code);
    last = code;
    controller.abort(new AbortedError('interrupted'));
  };
  for (const name of signals) process.on(name, onInterrupt);
  try {
    const result = await work(controller.signal);
    if (controller.signal.aborted) throw new AbortedError('interrupted');
    return result;
  } catch (error) {
    if (!controller.signal.aborted || error instanceof AbortedError) throw error;
    throw new AbortedError('interrupted', { cause: error });
  } finally {
    for (const name of signals) process.off(name, onInterrupt);
  }
}
