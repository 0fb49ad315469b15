import path from 'node:path';
import { Command } from 'commander';
import type { NetworkCard } from '../explain/network/card';
import { jsonOption, mirrorOption, offlineOption, withOption } from './options';
import { createReporter } from './progress';
import { table } from './table';

interface NetworksRequest {
  readonly with?: readonly string[];
  readonly mirror?: string;
  readonly offline?: boolean;
  readonly json?: boolean;
  readonly architectures?: boolean;
}

/** `whylight networks`: every card, and whether its weights are here. */
export function networksCommand(): Command {
  return new Command('networks')
    .description('List the networks: name, architecture, classes, and whether the weights are here.')
    .argument('[network]', 'one of them, or a file: what it takes and gives, which methods it allows, and its layers')
    .option('--architectures', 'the architectures that a card can name, by family')
    .addOption(withOption())
    .addOption(mirrorOption())
    .addOption(offlineOption())
    .addOption(jsonOption())
    .action(async (name: string | undefined, request: NetworksRequest) => {
      const { with: modules, mirror, json = false } = request;
      if (modules !== undefined) (await import('./with.js')).addModules(modules);
      if (request.architectures) {
        await listArchitectures(json);
        return;
      }
      if (name !== undefined) {
        await describeOne(name, request);
        return;
      }
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

/** Every architecture's name, a family a paragraph. */
async function listArchitectures(json: boolean): Promise<void> {
  const { architectureFamilies } = await import('../explain/network/architectures/index.js');
  const families = architectureFamilies();
  const text = families.map(({ title, names }) => `${title}\n  ${names.join(', ')}\n`).join('\n');
  process.stdout.write(json ? `${JSON.stringify(families, null, 2)}\n` : text);
}

/** One network, in words or as JSON. */
async function describeOne(name: string, { mirror, offline, json = false }: NetworksRequest): Promise<void> {
  const { loadNetwork } = await import('../explain/network/load-network.js');
  const { describeNetwork, networkJson } = await import('./networks-one.js');
  const reporter = createReporter();
  const notes: string[] = [];
  const network = await loadNetwork(name, {
    mirror,
    offline,
    onProgress: reporter.onProgress,
    onNote: (sentence) => notes.push(sentence),
  }).finally(() => reporter.stop());
  process.stdout.write(
    json ? `${JSON.stringify(networkJson(network, notes), null, 2)}\n` : describeNetwork(network, notes),
  );
}

function architectureWords(card: NetworkCard, backbone: string | null): string {
  if (card.form === 'architecture') return card.architecture;
  if (card.form === 'model') return 'from a file';
  return backbone === null ? 'Keras' : `on ${path.basename(backbone)}`;
}
