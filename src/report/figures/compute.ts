import type { Looks } from '../../explain/look';
import type { Network } from '../../explain/network/network';
import type { StudyPicture } from '../study-photo';
import { requireTruth } from './decision';
import type { FigureEntry } from './entry';
import { figureKind } from './index';
import type { FigureInput, FigureResult } from './kind';
import { namedTargets } from './targets';

/** Computes what one figure shows. */
export async function computeFigure(
  entry: FigureEntry,
  networks: readonly Network[],
  { photo, scene }: StudyPicture,
  looks: Looks,
  tools: Pick<FigureInput, 'explain' | 'maximise' | 'measure' | 'run'>,
): Promise<FigureResult> {
  requireTruth(entry, networks);
  const classifications = networks.map((network) => looks.at(network, photo).classification);
  const targets = networks.map((network, i) => namedTargets(entry.id, network, classifications[i]!));
  const computed = await figureKind(entry.kind).compute(entry, { photo, networks, targets, ...tools });
  const { maps = [], extras } = computed;
  return { entry, photo, scene, networks, classifications, maps, extras };
}
