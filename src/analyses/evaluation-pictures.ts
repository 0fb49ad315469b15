import { findMeasure } from '../explain/measures';
import { detectionFigure } from '../plots/detection-curves';
import type { Figure } from '../plots/figure';
import { measureTable } from '../plots/measure-table';
import type { Detection } from './detection-of';
import type { EvaluationSummary } from './evaluation-summary';

const namesOf = (networks: readonly string[]) =>
  networks.length > 3 ? `${networks.length} networks` : networks.join(', ');

/** The table of maps and measures as a picture. */
export function measurePicture(
  { maps, measures, cells, photos, networks }: EvaluationSummary,
  { width }: { readonly width?: number } = {},
): Figure {
  const rows = maps.filter(({ name }) => cells.some((cell) => cell.map === name && cell.estimate !== null));
  const columns = measures.filter((name) => cells.some((cell) => cell.measure === name && cell.estimate !== null));
  const checked = columns.some((name) => ['stable', 'about'].includes(findMeasure(name).question));
  return measureTable(
    {
      maps: rows,
      measures: columns.map((name) => findMeasure(name)),
      cells: rows.map(({ name }) =>
        columns.map((measure) => {
          const { estimate, rank } = cells.find((cell) => cell.map === name && cell.measure === measure)!;
          return { estimate, rank: rank?.rank ?? null, low: rank?.low ?? null, high: rank?.high ?? null };
        }),
      ),
    },
    {
      width,
      caption: `Means over ${photos} photos of ${namesOf(networks)}; an arrow says which end is better. Below a mean, the places between which the map lies in 95 % of draws; the darker, the better its place. In italics: maps that know nothing of the network or of the photo, a blurred copy of one, and the truth with noise; the last two have no place.${checked ? ' Of stability and of networks drawn anew a good place proves nothing, only a bad one tells.' : ''}`,
    },
  );
}

/** Detection curves as a picture. */
export function detectionPicture(
  { curves, fair, photos, titles }: Detection,
  { width }: { readonly width?: number } = {},
): Figure {
  return detectionFigure(
    curves.map(({ map, falseAlarms, groups }) => ({
      title: titles[map] ?? map,
      falseAlarms,
      points: groups.map(({ reliance, hits }) => ({ reliance, hits })),
    })),
    {
      width,
      caption: `The share of ${photos} scenes on which a method’s map has more of its positive values outside the animal than 95 of 100 of its maps for the fair networks (${namesOf(fair)}), by the networks’ measured reliance on the background. Intervals hold together with 95 %. Grey: false alarms on fair networks.`,
    },
  );
}
