import type { z } from 'zod';
import type { Look } from '../look';
import type { Activation } from '../network/executors/activations';
import type { Precision } from '../network/operations/operation';
import { qualityOption } from '../quality';
import { otherScores, type RoundedScores, roundingNotes } from '../rounded-copies';
import { columnOf } from '../scored-copies';
import type { ResolvedTarget } from '../target';
import type { MethodOptions } from './define-method';
import { activationLayerMaps, layerSchema } from './layer-map';
import type { Outcome } from './result';

/** Options of methods that run a copy for each channel of a layer. */
export const copyLayerSchema = layerSchema.extend({ quality: qualityOption('the same here') });

export type CopyLayerOptions = MethodOptions<typeof copyLayerSchema>;

/** Of a layer: the scores of its channels' copies, channels × targets, and the map of a target from its own. */
interface ChannelScores {
  readonly rounded: RoundedScores;
  readonly mapOf: (target: ResolvedTarget, scores: Float32Array) => Float32Array;
}

/** Maps of layers from the scores of copies, one a channel, with notes on what rounding did. */
export async function copyLayerMaps(
  look: Look,
  targets: readonly ResolvedTarget[],
  layer: z.output<typeof copyLayerSchema>['layer'],
  score: (name: string, map: Activation, whole: Activation) => Promise<ChannelScores>,
): Promise<Outcome[]> {
  const notes = targets.map((): string[] => []);
  let precision: Precision = 'float32';
  const outcomes = await activationLayerMaps(look, layer, {
    signed: false,
    combine: async (name, map, whole) => {
      const { rounded, mapOf } = await score(name, map, whole);
      ({ precision } = rounded);
      const others = otherScores(rounded);
      return targets.map((target, i) => {
        const values = mapOf(target, columnOf(rounded.scores, targets.length, i));
        const maps = others.map((scores) => mapOf(target, columnOf(scores, targets.length, i)));
        notes[i]!.push(...roundingNotes(rounded, i, values, maps));
        return values;
      });
    },
  });
  return outcomes.map((outcome, i) => ({
    ...outcome,
    options: { ...outcome.options, precision },
    notes: [...new Set(notes[i])],
  }));
}
