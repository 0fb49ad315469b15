// A worker of the queue whose work is written in the photo itself: what real work would do to it, told in a word.
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const built = createRequire(path.resolve(import.meta.dirname, '../../dist/queue/x.js'));
const { queueAddress } = built('./address.js');
const { connect } = built('./connection.js');
const { runWorker } = built('./worker.js');

/**
 * @param {{ local: string, name: string, base: string, task?: unknown }} task
 * @param {string} folder
 * @param {(file: string, coding: 'utf8') => Promise<string>} readFile
 * @returns {Promise<{ record: unknown, error: null }>}
 */
export const toyWork = async ({ local, base, task }, folder, readFile) => {
  const text = task === undefined ? await readFile(local, 'utf8') : String(task);
  const [, milliseconds] = /^sleep (\d+)/.exec(text) ?? [];
  await sleep(Number(milliseconds ?? 0));
  if (text.startsWith('bad')) throw new Error(`${base} cannot be explained`);
  if (text.startsWith('poison')) process.kill(process.pid, 'SIGKILL');
  await mkdir(path.dirname(path.join(folder, base)), { recursive: true });
  await writeFile(path.join(folder, `${base}.npy`), text.repeat(3));
  await writeFile(path.join(folder, `${base}.json`), JSON.stringify({ base, length: text.length }));
  return { record: { base, length: text.length }, error: null };
};

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { readFile } = await import('node:fs/promises');
  const [address, settings = '{}'] = process.argv.slice(2);
  const { slow = 0, ...more } = JSON.parse(settings);
  const controller = new AbortController();
  process.once('SIGTERM', () => controller.abort());
  const onNote = (note) => process.stderr.write(`${note}\n`);
  const client = await connect(queueAddress(address), { patience: null, onNote });
  const open = async ({ plan }) => ({
    identity: plan.identity,
    work: async (task, folder) => {
      await sleep(slow);
      return toyWork(task, folder, readFile);
    },
  });
  try {
    await runWorker(client, {
      open,
      untilDone: true,
      signal: controller.signal,
      onUnit: (_run, { place, error }, how) => process.stdout.write(`${JSON.stringify({ place, error, how })}\n`),
      onNote,
      ...more,
    });
  } catch (error) {
    process.stderr.write(`${error.name}: ${error.message}\n`);
    process.exitCode = error.name === 'AbortedError' ? 143 : 1;
  }
  client.disconnect();
}
