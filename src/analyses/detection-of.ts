import { WhylightError } from '../explain/errors';
import type { Network } from '../explain/network/network';
import type { RunOptions } from '../explain/progress';
import { type DetectionCurve, detectionCurves } from './detection';
import type { Evaluation } from './evaluate';
import { type BodyPictures, reliance, reliancePictures } from './reliance';

/** The detection curves of an evaluation's maps; the reliance of each network is measured by drawing scenes again. */
export interface Detection {
  readonly fair: readonly string[];
  readonly photos: number;
  readonly curves: readonly DetectionCurve[];
  /** Of the maps, by name. */
  readonly titles: Readonly<Record<string, string>>;
}

/**
 * Of the maps of an evaluation on drawn scenes, from which reliance on each shows the background.
 * @throws WhylightError where `relevance-mass` is not among the measures, and for what `detectionCurves` refuses.
 */
export async function detectionOf(
  evaluation: Evaluation,
  networks: readonly Network[],
  fair: readonly string[],
  run: RunOptions = {},
): Promise<Detection> {
  if (!evaluation.measures.includes('relevance-mass')) {
    throw new WhylightError('detection curves need the measure relevance-mass (it is not among those measured)');
  }
  const pictures = new Map<string, readonly BodyPictures[]>();
  const measured = [];
  for (const network of networks) {
    const form = JSON.stringify([network.preprocessing, network.classes]);
    const bodies = pictures.get(form) ?? (await reliancePictures(network, run));
    pictures.set(form, bodies);
    measured.push({ name: network.name, reliance: (await reliance(network, bodies, run))[0]!.reliance });
  }
  const photos = [...new Set(evaluation.cases.map(({ photo }) => photo))];
  const inside = new Map(
    evaluation.rows
      .filter(({ measure }) => measure === 'relevance-mass')
      .map((row) => [JSON.stringify([row.map, row.network, row.photo]), row.value]),
  );
  // Maps that know nothing are the same under every network.
  const maps = evaluation.maps.filter(({ kind }) => kind === 'method' || kind === 'file').map(({ name }) => name);
  const shares = maps.map((map) =>
    networks.map(({ name }) =>
      photos.map((photo) => {
        const value = inside.get(JSON.stringify([map, name, photo])) ?? null;
        return value === null ? null : 1 - value;
      }),
    ),
  );
  const titles = Object.fromEntries(evaluation.maps.map(({ name, title }) => [name, title]));
  return { fair, photos: photos.length, titles, curves: detectionCurves({ maps, networks: measured, shares, fair }) };
}
