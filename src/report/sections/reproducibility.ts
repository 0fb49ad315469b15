import { createHash } from 'node:crypto';
import type { Attribution } from '../../explain/attribution';
import type { FigureResult } from '../figures/kind';
import type { Block, Prose } from '../prose/blocks';
import { blocks, code, figureNumber, joined, paragraph, prose, table } from '../prose/make';
import type { PaperContext, Section } from './section';
import { networksOf } from './shown';

const short = (hash: string) => hash.slice(0, 12);

/** Where every number comes from, and how to make it again. */
export const reproducibility: Section = {
  name: 'reproducibility',
  title: 'Reproducibility',
  blocks: (context) => {
    const { environment, claims } = context;
    const versions = Object.entries(environment.versions).map(([name, version]) => `${name} ${version}`);
    return blocks(
      paragraph(
        originSentence(context),
        `The lockfile’s sha256: ${environment.lockfile}. Versions: ${versions.join(', ')}. Machine: ${environment.machine}.`,
        ...(claims?.reproducibility ?? []),
      ),
      hashTable(context),
      methodTable(context),
    );
  },
};

/** By which command, of which code, and which date stands in the document. */
function originSentence({ command, environment: { commit, date, dated } }: PaperContext): Prose {
  const day = `${date.toISOString().slice(0, 16).replace('T', ', ')} UTC`;
  const dates = {
    commit: `, of ${day}`,
    epoch: `; dated ${day}, as SOURCE_DATE_EPOCH says`,
    fixed: `; dated ${day}, a fixed date, so that two runs give the same bytes`,
  };
  const where =
    commit === 'unknown' ? 'outside of a git checkout, so that its commit is not known' : `at commit ${commit}`;
  return prose`Made by ${code(command)} ${where}${dates[dated ?? 'commit']}.`;
}

function hashTable(context: PaperContext): Block {
  const photos = new Map(context.figures.map(({ photo }) => [photo.sha256, photo]));
  const rows = [
    ...(context.environment.added ?? []).map(({ what, file, sha256 }) => [
      `${what} (${file ?? 'added by the program'})`,
      sha256 === null ? 'not known' : short(sha256),
    ]),
    ...networksOf(context).map(({ name, weightsSha256 }) => [`${name} (weights)`, short(weightsSha256)]),
    ...[...photos.values()].map(({ source, sha256 }) => [source, short(sha256)]),
    ...context.fonts.map(({ name, bytes }) => [
      `${name} (font)`,
      short(createHash('sha256').update(bytes).digest('hex')),
    ]),
  ];
  return table(
    'hashes',
    `${context.environment.added?.length ? 'Added code, weights' : 'Weights'} and pictures (first 12 digits of the sha256)`,
    {
      columns: [
        { title: 'Name', kind: 'text' },
        { title: 'sha256', kind: 'whole' },
      ],
      rows,
      long: true,
    },
  );
}

/** Every method with its options, and the figures that show it so; their captions name the targets. */
function methodTable({ figures }: PaperContext): Block | null {
  const rows = new Map<string, { method: string; options: string; ids: Set<string> }>();
  for (const { entry, maps } of figures as readonly FigureResult[]) {
    for (const map of maps) {
      const options = optionWords(map);
      const row = rows.get(`${map.method} ${options}`) ?? { method: map.method, options, ids: new Set() };
      row.ids.add(entry.id);
      rows.set(`${map.method} ${options}`, row);
    }
  }
  if (rows.size === 0) return null;
  return table('maps', 'Every method with its options', {
    columns: [
      { title: 'Method', kind: 'whole' },
      { title: 'Options', kind: 'text' },
      { title: 'Figures', kind: 'text' },
    ],
    rows: [...rows.values()].map(({ method, options, ids }) => [
      method,
      options,
      joined([...ids].map(figureNumber), ', '),
    ]),
    long: true,
  });
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
