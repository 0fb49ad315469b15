import { z } from 'zod';
import { perturb } from '../perturbation';
import type { RunOptions } from '../progress';
import { probabilitiesOf } from '../scored-copies';
import type { MeasureCase, MeasuredMap, MeasureOutcome } from './define-measure';
import { fillPicture, fillWords, type PictureFill, pictureFills } from './fill-removed';
import { digest, isProbable } from './removal-run';
import { fromNoneToAll } from './span';

/** Options of the measures that use a map as a mask. */
export const maskSchema = z.strictObject({
  fill: z
    .enum(pictureFills)
    .default('zero')
    .meta({ description: `what shows through where the map is low. ${fillWords}` }),
});

/** What a map’s highest pixel keeps of the photo is all of it, what its lowest keeps nothing. Cautions of all three say so. */
export const maskCaution =
  'takes the map for a dimmer: how its values are spread counts, not only their order, and a map that is even but for one low pixel keeps the whole photo';

/**
 * What a measure says of the target’s probability on the photo, and on the photo seen through each map: its values from 0
 * at the lowest to 1 at the highest, times the photo, and the fill for the rest. A pass a map. Nothing of an even map, which
 * has no such values, nor of a target without a probability.
 */
export async function throughMaps(
  { look, target, seed }: MeasureCase,
  maps: readonly MeasuredMap[],
  { name, fill, run }: { readonly name: string; readonly fill: PictureFill; readonly run: RunOptions },
  outcome: (photo: number, masked: number) => MeasureOutcome,
): Promise<MeasureOutcome[]> {
  const nothing = (note: string): MeasureOutcome => ({ value: null, notes: [note] });
  if (!isProbable(target)) return maps.map(() => nothing('the target has no probability'));
  const { input, network } = look;
  const picture = fillPicture(input, network.preprocessing, fill, seed);
  const outcomes: MeasureOutcome[] = [];
  for (const { values } of maps) {
    const mask = fromNoneToAll(values);
    if (mask === null) {
      outcomes.push(nothing('the map is even'));
      continue;
    }
    const channels = input.values.length / mask.length;
    const scores = await perturb(network, input.values, {
      ...run,
      ...probabilitiesOf(network, [target]),
      label: name,
      key: ['map as mask', fill, seed, digest(values)],
      count: 1,
      write: (_, into) => {
        into.forEach((value, i) => {
          const share = mask[Math.floor(i / channels)]!;
          into[i] = share * value + (1 - share) * picture[i]!;
        });
      },
    });
    const through = scores[0]!;
    outcomes.push({ ...outcome(target.probability!, through), parts: { photo: target.probability!, masked: through } });
  }
  return outcomes;
}
