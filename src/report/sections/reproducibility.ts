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
        lockfile: short(environment.lockfile),
        date: environment.date.toISOString().slice(0, 10),
        machine: environment.machine,
        versions: Object.entries(environment.versions)
          .map(([name, version]) => `${name} ${version}`)
          .join(', '),
        networks: [...networks.values()].map(({ name, weightsSha256 }) => ({ name, hash: short(weightsSha256) })),
        photos: [...photos.values()].map(({ source, sha256 }) => ({ name: source, hash: short(sha256) })),
        claims:
          study.claims === undefined ? null : { scenes: String(study.claims.scenes), seed: String(study.claims.seed) },
        maps: results.flatMap(({ entry, maps }) => maps.map((map) => ({ id: entry.id, ...mapRow(map) }))),
      },
      figures: [],
    };
  },
};

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
