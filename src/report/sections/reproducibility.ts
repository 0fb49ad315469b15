import type { Attribution } from '../../explain/attribution';
import { shortLabel } from '../../plots/words';
import type { Section } from './section';

const short = (hash: string) => hash.slice(0, 12);

/** Where every number comes from, and how to make it again. */
export const reproducibility: Section = {
  name: 'reproducibility',
  title: 'Reproducibility',
  compose: ({ study, results, words, claims, environment, command }) => {
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
        claims:
          study.claims === undefined ? null : { scenes: String(study.claims.scenes), seed: String(study.claims.seed) },
        maps: results.flatMap(({ entry, maps }) => mapRows(maps).map((row) => ({ id: entry.id, ...row }))),
      },
      figures: [],
    };
  },
};

/** A figure's maps, those of the same options in one row. */
function mapRows(maps: readonly Attribution[]) {
  const rows = maps.map(mapRow);
  const merged = new Map<string, { methods: Set<string>; targets: Set<string>; options: string }>();
  for (const { method, target, options } of rows) {
    // Methods of one target share a row, and so do the targets of one method.
    const one = rows.every((row) => row.method === method) ? method : target;
    const row = merged.get(`${one} ${options}`) ?? { methods: new Set(), targets: new Set(), options };
    row.methods.add(method);
    row.targets.add(target);
    merged.set(`${one} ${options}`, row);
  }
  return [...merged.values()].map(({ methods, targets, options }) => ({
    methods: [...methods].join(', '),
    targets: [...targets].join(', '),
    options,
  }));
}

function mapRow({ method, target, layer, options, seed }: Attribution) {
  return {
    method,
    target: shortLabel(target.label),
    options: [
      ...(layer === null ? [] : [`layer ${layer}`]),
      ...Object.entries(options)
        .filter(([name]) => name !== 'layer')
        .map(([name, value]) => `${name} ${Array.isArray(value) ? value.join('×') : String(value)}`),
      ...(seed === null ? [] : [`seed ${seed}`]),
    ].join(', '),
  };
}
