import type { Attribution } from '../attribution';
import { networkRecord, photoRecord } from '../classify';
import type { NetworkInput } from '../image/preprocessing';
import type { ImageSample } from '../image/sample';
import type { Network } from '../network/network';
import type { ResolvedTarget } from '../target';

/** What a method itself has to say; the rest of an attribution follows from its arguments. */
export type Outcome = Pick<Attribution, 'method' | 'values' | 'signed' | 'options' | 'elapsedMs'> &
  Partial<Pick<Attribution, 'coarse' | 'grid' | 'layer' | 'seed' | 'notes'>>;

/** An attribution at the network's input size, with a note where its map is empty or one-sided. */
export function attribution(
  network: Network,
  photo: ImageSample,
  input: NetworkInput,
  { weights: _, score: __, ...target }: ResolvedTarget,
  outcome: Outcome,
): Attribution {
  const { height, width, image, crop } = input;
  return {
    coarse: null,
    grid: null,
    layer: null,
    seed: null,
    ...outcome,
    height,
    width,
    input: image,
    crop,
    photo: photoRecord(photo),
    network: networkRecord(network),
    target,
    notes: [...notesOn(outcome), ...(outcome.notes ?? [])],
  };
}

function notesOn({ values }: Outcome): string[] {
  let [lowest, highest] = [0, 0];
  for (const value of values) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  if (lowest === 0 && highest === 0)
    return ['the map is zero everywhere: by this method no place of the input speaks for the target'];
  if (highest === 0) return ['the map has no positive value: nothing in the photo speaks for the target'];
  return [];
}
