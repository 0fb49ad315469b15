import type { Attribution } from '../explain/attribution';
import { type Classification, classify } from '../explain/classify';
import { type FeatureMaps, featureMaps } from '../explain/feature-maps';
import type { ImageSample } from '../explain/image/sample';
import type { Network } from '../explain/network/network';
import type { Scene } from '../scenes/scene';
import type { Explain } from './attribution-cache';
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
  explain: Explain,
): Promise<FigureResult> {
  const classifications: Classification[] = [];
  for (const network of networks) classifications.push(await classify(network, photo));
  const maps = await mapsOf(entry, networks, photo, classifications, explain);
  const features =
    entry.kind === 'features'
      ? await inTurn(entry.layers, (layer) => featureMaps(networks[0]!, photo, { layer, channels: entry.channels }))
      : [];
  return { entry, photo, scene, networks, classifications, maps, features };
}

async function mapsOf(
  entry: StudyFigure,
  networks: readonly Network[],
  photo: ImageSample,
  classifications: readonly Classification[],
  explain: Explain,
): Promise<Attribution[]> {
  const [network] = networks as [Network];
  const { target } = entry;
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
      return inTurn(entry.methods, (method) =>
        explain(method, network, photo, method === 'occlusion' ? { ...entry.occluder, target } : { target }),
      );
    case 'deconvolution':
      return inTurn(['saliency', 'deconvolution'], (method) => explain(method, network, photo, { target }));
    case 'features':
      return [];
    case 'networks':
      return inTurn(networks, (one) => explain(entry.method, one, photo, { target }));
  }
}

/** One after another: each fills the machine by itself. */
async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
