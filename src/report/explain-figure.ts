import type { MaximisedActivation } from '../explain/activation-maximisation';
import type { Attribution } from '../explain/attribution';
import { type Classification, classify } from '../explain/classify';
import { WhylightError } from '../explain/errors';
import { type FeatureMaps, featureMaps } from '../explain/feature-maps';
import type { ImageSample } from '../explain/image/sample';
import { findMethod } from '../explain/methods';
import type { Network } from '../explain/network/network';
import type { Scene } from '../scenes/scene';
import type { Explain, StudyOptions } from './attribution-cache';
import type { Maximise } from './maximised-cache';
import type { StudyFigure } from './study';
import type { StudyPicture } from './study-photo';

/** One figure of a study with all that was computed for it. */
export interface FigureResult {
  readonly entry: StudyFigure;
  readonly photo: ImageSample;
  readonly scene: Scene | null;
  /** One for each network. */
  readonly networks: readonly Network[];
  readonly classifications: readonly Classification[];
  /** In the order in which the figure shows them. */
  readonly maps: readonly Attribution[];
  /** For a figure of feature maps: one for each layer. */
  readonly features: readonly FeatureMaps[];
  /** For a figure of maximised activations: its pictures. */
  readonly maximised: readonly MaximisedActivation[];
}

/** The names of the networks that a figure needs. */
export function networksOf(entry: StudyFigure): readonly string[] {
  return entry.kind === 'networks' ? entry.networks : [entry.network];
}

/** Computes what one figure shows. */
export async function explainFigure(
  entry: StudyFigure,
  networks: readonly Network[],
  { photo, scene }: StudyPicture,
  { explain, maximise }: { readonly explain: Explain; readonly maximise: Maximise },
): Promise<FigureResult> {
  const classifications: Classification[] = [];
  for (const network of networks) classifications.push(await classify(network, photo));
  const maps = await mapsOf(entry, networks, photo, classifications, explain);
  const features =
    entry.kind === 'features'
      ? await inTurn(entry.layers, (layer) => featureMaps(networks[0]!, photo, { layer, channels: entry.channels }))
      : [];
  const maximised =
    entry.kind === 'maximised' ? await maximisedOf(entry, networks[0]!, classifications[0]!, maximise) : [];
  return { entry, photo, scene, networks, classifications, maps, features, maximised };
}

/** The pictures for classes, and those for channels. */
async function maximisedOf(
  { targets, channels, steps, seed }: Extract<StudyFigure, { kind: 'maximised' }>,
  network: Network,
  { classes }: Classification,
  maximise: Maximise,
): Promise<MaximisedActivation[]> {
  const best = channels === undefined ? classes.slice(0, 2).map(({ index }) => index) : [];
  const goals = [...(targets ?? best).map((target) => ({ target })), ...(channels ?? [])];
  return inTurn(goals, (goal) => maximise(network, { ...goal, steps, seed }));
}

async function mapsOf(
  entry: StudyFigure,
  networks: readonly Network[],
  photo: ImageSample,
  classifications: readonly Classification[],
  explain: Explain,
): Promise<Attribution[]> {
  const [network] = networks as [Network];
  const target = 'target' in entry ? entry.target : undefined;
  switch (entry.kind) {
    case 'saliency':
      return [await explain('saliency', network, photo, { target })];
    case 'occlusion':
      return inTurn(entry.occluders, (occluder) => explain('occlusion', network, photo, { ...occluder, target }));
    case 'cam': {
      const map = await explain('cam', network, photo, { target });
      const other = classifications[0]!.classes.find(({ index }) => index !== map.target.index)!;
      return [map, await explain('cam', network, photo, { target: entry.rival ?? other.index })];
    }
    case 'methods':
      return inTurn(entry.methods, (one) => {
        const { method, options } = withOptions(one);
        return explain(method, network, photo, { ...(method === 'occlusion' && entry.occluder), ...options, target });
      });
    case 'classes': {
      const { method, options } = withOptions(entry.method);
      return inTurn(entry.targets, (one) => explain(method, network, photo, { ...options, target: one }));
    }
    case 'deconvolution':
      return inTurn(['saliency', 'deconvolution'], (method) => explain(method, network, photo, { target }));
    case 'features':
    case 'maximised':
      return [];
    case 'networks':
      return inTurn(networks, (one) => explain(entry.method, one, photo, { target }));
  }
}

/**
 * A study's method with its options.
 * @throws WhylightError for an option that the method does not take.
 */
function withOptions(one: string | { readonly method: string; readonly options: StudyOptions }) {
  if (typeof one === 'string') return { method: one, options: {} };
  const { options } = findMethod(one.method);
  const wrong = Object.keys(one.options).find((option) => !options.includes(option));
  if (wrong === undefined) return one;
  throw new WhylightError(`${one.method} takes no ${wrong} (allowed: ${options.join(', ') || 'no option'})`);
}

/** One after another: each fills the machine by itself. */
async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
