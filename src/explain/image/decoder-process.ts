/** Decodes photos for another process, which ends this one where that takes too long; of memory it takes care itself. */
import { writeSync } from 'node:fs';
import { WhylightError } from '../errors';
import { reasonOf } from '../files';
import { type DecoderAnswer, type DecoderJob, MEMORY_EXIT, PIXELS } from './decoder';
import { loadPhoto } from './load-photo';

/** Milliseconds between two looks at the memory in use. */
const PAUSE = 25;

const send = (answer: DecoderAnswer) => process.send?.(answer);

process.on('message', async ({ file, source, maxMegapixels, megabytes }: DecoderJob) => {
  const watch = setInterval(() => {
    if (process.memoryUsage.rss() > megabytes * 1e6) process.exit(MEMORY_EXIT);
  }, PAUSE);
  try {
    const { pixels, ...photo } = await loadPhoto(file, { source, maxMegapixels });
    for (let at = 0; at < pixels.length; ) at += writeSync(PIXELS, pixels, at, pixels.length - at, at);
    send({ photo, bytes: pixels.length });
  } catch (error) {
    const why = error instanceof WhylightError ? error.message : `cannot read the photo ${file}: ${reasonOf(error)}`;
    send({ error: why });
  } finally {
    clearInterval(watch);
  }
});
// Ctrl-C reaches it, too; it ends with the process that it works for.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit());
