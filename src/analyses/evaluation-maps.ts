import type { MeasureCase, MeasuredMap } from '../explain/measures/define-measure';
import type { RunOptions } from '../explain/progress';
import type { EvaluationPhoto } from './evaluation-photo';

/** What stands in a table as a row of maps. */
export interface EvaluatedMap {
  readonly name: string;
  readonly title: string;
  /**
   * `baseline`: knows nothing of the network, or nothing of the photo; `copy`: a method's map, blurred; `ceiling`: knows the
   * truth; `file`: made elsewhere. Copies and ceilings have no place.
   */
  readonly kind: 'method' | 'baseline' | 'copy' | 'ceiling' | 'file';
}

/** What a map beside the methods' may be made from. */
export interface MapCase {
  readonly measured: MeasureCase;
  readonly photo: EvaluationPhoto;
  /** The whole set. */
  readonly photos: readonly EvaluationPhoto[];
  /** Those of the methods, on this photo. */
  readonly maps: readonly MeasuredMap[];
  readonly run: RunOptions;
}

/** A source of maps beside the methods: a baseline, or files. */
export interface MapSource extends EvaluatedMap {
  /** What decides its map of a photo beside the photo itself and the network. */
  readonly key: (photo: EvaluationPhoto, photos: readonly EvaluationPhoto[]) => unknown;
  /** Null where it has none for this photo. */
  readonly make: (at: MapCase) => Promise<MeasuredMap | null>;
}

/** The maps of several sources, each under its own name; those that there are none of are left out. */
export async function otherMaps(sources: readonly MapSource[], at: MapCase): Promise<MeasuredMap[]> {
  const maps: MeasuredMap[] = [];
  for (const { name, make } of sources) {
    const map = await make(at);
    if (map !== null) maps.push({ ...map, name });
  }
  return maps;
}
