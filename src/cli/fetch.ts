import path from 'node:path';
import { Command } from 'commander';
import { interruptible } from './interrupt';
import { mirrorOption } from './options';
import { createReporter } from './progress';

/** `whylight fetch`: weights into the cache, so that later work needs no connection. */
export function fetchCommand(): Command {
  return new Command('fetch')
    .description('Download the weights of networks into the cache and check them.')
    .argument('[name...]', 'networks (whylight networks); default: all that are published for download')
    .addOption(mirrorOption())
    .action(async (names: readonly string[], { mirror }: { mirror?: string }) => {
      const { listCards, readCard } = await import('../explain/network/card.js');
      const { findFile } = await import('../explain/network/weights/find.js');
      const cards =
        names.length > 0
          ? await Promise.all(names.map((name) => readCard(name)))
          : (await listCards()).filter(({ weights }) => weights.url !== null);
      const reporter = createReporter();
      try {
        await interruptible(async (signal) => {
          for (const card of cards) {
            const options = { mirror, signal, onProgress: reporter.onProgress };
            const beside = path.dirname(card.path);
            const files = [card.weights, ...(Array.isArray(card.classes) ? [] : [card.classes])];
            for (const { file: name, sha256, url } of files) {
              const found = await findFile({ name, sha256, url }, options, beside);
              reporter.stop();
              process.stdout.write(
                `${card.name}: ${name} (${found.foundIn}), sha256 ${found.sha256.slice(0, 16)}… is right\n`,
              );
            }
          }
        });
      } finally {
        reporter.stop();
      }
    });
}
