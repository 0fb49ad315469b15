import type { Attribution } from '../attribution';
import { networkRecord, photoRecord } from '../classify';
import type { Look } from '../look';
import { extremesOf } from '../statistics/extremes';
import type { ResolvedTarget } from '../target';

/** What a method's function says of one target; the rest of an attribution follows from the description. */
export type Outcome = Pick<Attribution, 'values' | 'signed'> &
  Partial<Pick<Attribution, 'coarse' | 'grid' | 'errors' | 'layer' | 'seed' | 'notes' | 'title' | 'options'>>;

/** An attribution at the network's input size, with a note where its map is empty or one-sided. */
export function attribution(
  { network, photo, input: { height, width, image, crop } }: Look,
  { weights: _, score: __, ...target }: ResolvedTarget,
  outcome: Outcome & Pick<Attribution, 'method' | 'title' | 'unit' | 'options' | 'elapsedMs'>,
): Attribution {
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
  const { lowest, highest } = extremesOf(values, 0);
  if (lowest === 0 && highest === 0)
    return ['the map is zero everywhere: by this method no place of the input speaks for the target'];
  if (highest === 0) return ['the map has no positive value: nothing in the photo speaks for the target'];
  return [];
}
