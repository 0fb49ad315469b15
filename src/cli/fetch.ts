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
      const { backboneOf, cardFiles, listCards, readCard } = await import('../explain/network/card.js');
      const { findFile } = await import('../explain/network/weights/find.js');
      const cards =
        names.length > 0
          ? await Promise.all(names.map((name) => readCard(name)))
          : (await listCards()).filter((card) => cardFiles(card)[0]?.url || cardFiles(card)[0]?.wheel);
      // A head is of no use without its backbone; the list grows while it is walked.
      for (const card of cards) {
        const backbone = backboneOf(card);
        if (backbone === null) continue;
        const below = await readCard(backbone);
        if (!cards.some(({ path: file }) => file === below.path)) cards.push(below);
      }
      const reporter = createReporter();
      try {
        await interruptible(async (signal) => {
          for (const card of cards) {
            const options = { mirror, signal, onProgress: reporter.onProgress };
            const beside = path.dirname(card.path);
            for (const { file: name, ...published } of cardFiles(card)) {
              // It lies beside its card, and comes from nowhere.
              if (card.form === 'model' && published.url === null) continue;
              const match = await findFile({ name, ...published }, options, beside);
              reporter.stop();
              process.stdout.write(
                `${card.name}: ${name} (${match.foundIn}), sha256 ${match.sha256.slice(0, 16)}… is right\n`,
              );
            }
          }
        });
      } finally {
        reporter.stop();
      }
    });
}
