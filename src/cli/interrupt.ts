import { AbortedError } from '../explain/errors';

/**
 * Runs long work that Ctrl-C aborts: the first one through the signal, so that nothing half-done stays behind;
 * a second one ends the process at once.
 * @throws AbortedError after an interrupt, whatever the work itself threw
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onInterrupt = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new AbortedError('interrupted'));
  };
  process.on('SIGINT', onInterrupt);
  try {
    const result = await work(controller.signal);
    if (controller.signal.aborted) throw new AbortedError('interrupted');
    return result;
  } catch (error) {
    if (!controller.signal.aborted || error instanceof AbortedError) throw error;
    throw new AbortedError('interrupted', { cause: error });
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}
