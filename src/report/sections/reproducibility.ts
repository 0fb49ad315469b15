import type { Section } from './section';

const short = (hash: string) => hash.slice(0, 12);

/** Where every number comes from, and how to make it again. */
export const reproducibility: Section = {
  name: 'reproducibility',
  title: 'Reproducibility',
  compose: ({ results, environment, command }) => ({
    values: {
      command,
      commit: environment.commit,
      lockfile: short(environment.lockfile),
      date: environment.date.toISOString().slice(0, 10),
      machine: environment.machine,
      versions: Object.entries(environment.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
      networks: results.networks.map(({ title, name, weightsSha256 }) => ({ title, name, hash: short(weightsSha256) })),
      photos: results.subjects.map(({ id, source, maps }) => ({ id, source, hash: short(maps[0]!.photo.sha256) })),
      maps: results.subjects.flatMap(({ id, maps }) =>
        maps.map(({ method, target, layer, options, seed }) => ({
          id,
          method,
          target: target.label.split(',')[0],
          layer: layer ?? 'input',
          options: [
            ...Object.entries(options).map(
              ([name, value]) => `${name} ${Array.isArray(value) ? value.join('×') : String(value)}`,
            ),
            ...(seed === null ? [] : [`seed ${seed}`]),
          ].join(', '),
        })),
      ),
    },
    figures: [],
  }),
};
