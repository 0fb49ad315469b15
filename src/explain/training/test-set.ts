import { listAllowed, WhylightError } from '../errors';
import type { Network } from '../network/network';
import type { RunOptions } from '../progress';
import { decodedPhotos } from './decoded-photos';
import type { LabelledPhotos } from './labelled-photos';
import { hashDistance, type PerceptualHash } from './near-duplicates';
import { predict } from './predict';
import { type Judgement, judge } from './trained';

/** How a network does on another data set. */
export interface OtherData {
  readonly source: string;
  readonly judgement: Judgement;
  /** Photos left out because a near-duplicate was in the data that the network comes from. */
  readonly leftOut: number;
}

/**
 * Measures a network on a data set of its own classes; photos that look like known ones are left out.
 *
 * @param trainingHashes perceptual hashes of the photos that the network may have seen.
 * @throws WhylightError for other classes, and where nothing is left to test.
 */
export async function testOn(
  network: Network,
  data: LabelledPhotos,
  trainingHashes: readonly PerceptualHash[],
  { duplicateDistance = 6, ...run }: RunOptions & { readonly duplicateDistance?: number | null } = {},
): Promise<OtherData> {
  const { classes } = network;
  const unknown = data.classes.filter((label) => !classes.includes(label));
  if (unknown.length > 0) {
    throw new WhylightError(
      `the test photos of ${data.source} have a class ${unknown[0]} (the network has: ${listAllowed(classes)})`,
    );
  }
  const { pictures, hashes } = await decodedPhotos(data, network.preprocessing, run);
  const isKnown = (hash: PerceptualHash) =>
    duplicateDistance !== null && trainingHashes.some((other) => hashDistance(hash, other) <= duplicateDistance);
  const indices = [...data.photos.keys()].filter((photo) => !isKnown(hashes[photo]!));
  if (indices.length === 0) {
    throw new WhylightError(
      `every test photo of ${data.source} has a near-duplicate in the training data (--duplicates none keeps them)`,
    );
  }
  const probabilities = await predict(
    network,
    indices.map((photo) => pictures[photo]!),
    run.signal,
  );
  const truth = indices.map((photo) => {
    const { name, label } = data.photos[photo]!;
    return { name, label: classes.indexOf(data.classes[label]!) };
  });
  return {
    source: data.source,
    judgement: judge(probabilities, truth, classes),
    leftOut: data.photos.length - indices.length,
  };
}
