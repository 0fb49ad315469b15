import { createHash } from 'node:crypto';
import type { Attribution } from '../../explain/attribution';
import type { FigureResult } from '../explain-figure';
import type { Section } from './section';

const short = (hash: string) => hash.slice(0, 12);

/** Where every number comes from, and how to make it again. */
export const reproducibility: Section = {
  name: 'reproducibility',
  title: 'Reproducibility',
  compose: ({ study, results, words, claims, environment, command, fonts }) => {
    const networks = new Map(
      [...words.networks, ...(claims?.networks ?? [])].map((network) => [network.name, network]),
    );
    const photos = new Map(results.map(({ photo }) => [photo.sha256, photo]));
    return {
      values: {
        command,
        commit: environment.commit,
        lockfile: environment.lockfile,
        date: `${environment.date.toISOString().slice(0, 16).replace('T', ', ')} UTC`,
        machine: environment.machine,
        versions: Object.entries(environment.versions)
          .map(([name, version]) => `${name} ${version}`)
          .join(', '),
        networks: [...networks.values()].map(({ name, weightsSha256 }) => ({ name, hash: short(weightsSha256) })),
        photos: [...photos.values()].map(({ source, sha256 }) => ({ name: source, hash: short(sha256) })),
        fonts: fonts.map(({ name, bytes }) => ({
          name,
          hash: short(createHash('sha256').update(bytes).digest('hex')),
        })),
        claims:
          study.claims === undefined ? null : { scenes: String(study.claims.scenes), seed: String(study.claims.seed) },
        maps: methodRows(results),
      },
      figures: [],
    };
  },
};

/** Every method with its options, and the figures that show it so; their captions name the targets. */
function methodRows(results: readonly FigureResult[]) {
  const rows = new Map<string, { method: string; options: string; figures: Set<string> }>();
  for (const { entry, maps } of results) {
    for (const map of maps) {
      const options = optionWords(map);
      const row = rows.get(`${map.method} ${options}`) ?? { method: map.method, options, figures: new Set() };
      row.figures.add(entry.id);
      rows.set(`${map.method} ${options}`, row);
    }
  }
  return [...rows.values()].map((row) => ({ ...row, figures: [...row.figures] }));
}

function optionWords({ layer, options, seed }: Attribution): string {
  return [
    ...(layer === null ? [] : [`at ${layer}`]),
    ...Object.entries(options)
      // The layer is named; how it was chosen is no option of the map; null is what took no part.
      .filter(([name, value]) => name !== 'layer' && name !== 'chosen' && value !== null)
      .map(([name, value]) => `${name} ${Array.isArray(value) ? value.join('×') : String(value)}`),
    ...(seed === null ? [] : [`seed ${seed}`]),
  ].join(', ');
}
