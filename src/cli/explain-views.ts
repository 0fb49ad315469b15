import { activationMaximisation, type MaximisedActivation } from '../explain/activation-maximisation';
import { featureMapsOf } from '../explain/feature-maps';
import type { Look } from '../explain/look';
import type { Network } from '../explain/network/network';
import type { RunOptions } from '../explain/progress';
import type { NamedTarget } from '../explain/target';
import { featureGrid } from '../plots/feature-grid';
import { maximisedPanel } from '../plots/maximised-panel';
import { type PhotoFigure, slug } from './explain-results';

/** What a person may say of views, by the name the functions give it. */
export type ViewOptions = Readonly<Record<string, unknown>> & { readonly layer?: readonly string[] };

/** Shows a network on one photo and for some targets. */
export type View = (
  look: Look,
  targets: readonly NamedTarget[],
  options: ViewOptions,
  run: RunOptions,
) => Promise<readonly PhotoFigure[]>;

/** Ways to show a network, by the names of the views; what no photo decides is computed once. */
export function openViews(network: Network): Readonly<Record<string, View>> {
  const maximised = new Map<string, Promise<MaximisedActivation>>();
  const maximise = (goal: Parameters<typeof activationMaximisation>[1], run: RunOptions) => {
    const key = JSON.stringify(goal);
    const result = maximised.get(key) ?? activationMaximisation(network, { ...goal, ...run });
    maximised.set(key, result);
    return result;
  };
  return {
    'feature-maps': async (look, _, { layer, ...options }) => {
      const figures: PhotoFigure[] = [];
      for (const one of layer ?? [undefined]) {
        const sample = featureMapsOf(look, { ...options, layer: one });
        const { layer: name, height, width, maps } = sample;
        figures.push({
          place: layer !== undefined && layer.length > 1 ? `feature-maps.${name}` : 'feature-maps',
          figure: featureGrid(sample, { width: 860 }),
          raw: { values: joined(maps.map(({ values }) => values)), shape: [maps.length, height, width] },
          about: {
            method: 'feature-maps',
            layer: name,
            of: sample.of,
            channels: maps.map(({ channel, mean }) => ({ channel, mean })),
          },
        });
      }
      return figures;
    },
    'activation-maximisation': async (_, targets, { layer, channel, ...options }, run) => {
      const goals =
        channel === undefined
          ? targets.map((target) => ({ target }))
          : (layer ?? [undefined]).map((one) => ({ layer: one, channel: channel as number }));
      const figures: PhotoFigure[] = [];
      for (const goal of goals) {
        const result = await maximise({ ...options, ...goal }, run);
        const { image, of, scores, seed } = result;
        figures.push({
          place: `activation-maximisation.${slug(result.target?.label ?? of)}`,
          figure: maximisedPanel([result]),
          raw: { values: Float32Array.from(image.pixels), shape: [image.height, image.width, 3] },
          about: {
            method: 'activation-maximisation',
            of,
            score: { before: scores[0], after: scores.at(-1) },
            options: result.options,
            seed,
          },
        });
      }
      return figures;
    },
  };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
