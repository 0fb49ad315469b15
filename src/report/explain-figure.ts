import type { Attribution } from '../explain/attribution';
import { type Classification, classify } from '../explain/classify';
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
  return { entry, photo, scene, networks, classifications, maps };
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
    case 'occlusion': {
      const maps: Attribution[] = [];
      for (const occluder of entry.occluders) {
        maps.push(await explain('occlusion', network, photo, { ...occluder, target }));
      }
      return maps;
    }
    case 'cam': {
      const map = await explain('cam', network, photo, { target });
      const other = classifications[0]!.classes.find(({ index }) => index !== map.target.index)!;
      return [map, await explain('cam', network, photo, { target: entry.rival ?? other.index })];
    }
    case 'methods':
      return [
        await explain('saliency', network, photo, { target }),
        await explain('occlusion', network, photo, { ...entry.occluder, target }),
        await explain('cam', network, photo, { target }),
      ];
    case 'networks': {
      const maps: Attribution[] = [];
      for (const one of networks) maps.push(await explain(entry.method, one, photo, { target }));
      return maps;
    }
  }
}
