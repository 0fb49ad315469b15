import path from 'node:path';
import { Command } from 'commander';
import type { NetworkCard } from '../explain/network/card';
import { jsonOption, mirrorOption, withOption } from './options';
import { table } from './table';

interface NetworksRequest {
  readonly with?: readonly string[];
  readonly mirror?: string;
  readonly json?: boolean;
}

/** `whylight networks`: every card, and whether its weights are here. */
export function networksCommand(): Command {
  return new Command('networks')
    .description('List the networks: name, architecture, classes, and whether the weights are here.')
    .addOption(withOption())
    .addOption(mirrorOption())
    .addOption(jsonOption())
    .action(async ({ with: modules, mirror, json = false }: NetworksRequest) => {
      if (modules !== undefined) (await import('./with.js')).addModules(modules);
      const { backboneOf, cardFiles, listCards, listedClasses } = await import('../explain/network/card.js');
      const { whereIs } = await import('../explain/network/weights/find.js');
      const cards = (await listCards()).map((card) => {
        const places = cardFiles(card).map(
          ({ file, url, wheel }) =>
            whereIs({ name: file }, { mirror }, path.dirname(card.path))?.foundIn ??
            (url === null && wheel === undefined ? 'absent' : 'download'),
        );
        return { card, place: places[0] ?? '' };
      });
      if (json) {
        process.stdout.write(
          `${JSON.stringify(
            cards.map(({ card: { path: _, ...card }, place }) => ({ ...card, place })),
            null,
            2,
          )}\n`,
        );
        return;
      }
      const rows = cards.map(({ card, place }) => [
        card.name,
        card.title,
        architectureWords(card, backboneOf(card)),
        (listedClasses(card)?.length ?? 5) <= 4 ? listedClasses(card)!.join(', ') : 'softmax',
        place || 'backbone',
      ]);
      process.stdout.write(`${table([['NAME', 'TITLE', 'ARCHITECTURE', 'CLASSES', 'WEIGHTS'], ...rows])}\n`);
      process.stdout.write(
        '\nWEIGHTS: in the project, the mirror or the cache; download: fetched when first used (whylight fetch NAME);\n' +
          'absent: not published, hand them over with --mirror DIR; backbone: needs only those of the network it is on.\n',
      );
    });
}

function architectureWords(card: NetworkCard, backbone: string | null): string {
  if (card.form === 'architecture') return card.architecture;
  return backbone === null ? 'Keras' : `on ${path.basename(backbone)}`;
}
