import type { MaximisedActivation } from '../explain/activation-maximisation';
import type { Attribution } from '../explain/attribution';
import { type Classification, classify } from '../explain/classify';
import { WhylightError } from '../explain/errors';
import { type FeatureMaps, featureMaps } from '../explain/feature-maps';
import type { ImageSample } from '../explain/image/sample';
import { findMethod } from '../explain/methods';
import type { Network } from '../explain/network/network';
import { expandTargets, type NamedTarget } from '../explain/target';
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
  const named = networks.map((network, i) => namedTargets(entry.id, network, classifications[i]!));
  const maps = await mapsOf(entry, networks, photo, named, explain);
  const features =
    entry.kind === 'features'
      ? await inTurn(entry.layers, (layer) => featureMaps(networks[0]!, photo, { layer, channels: entry.channels }))
      : [];
  const maximised = entry.kind === 'maximised' ? await maximisedOf(entry, networks[0]!, named[0]!, maximise) : [];
  return { entry, photo, scene, networks, classifications, maps, features, maximised };
}

/** The pictures for classes, and those for channels. */
async function maximisedOf(
  { targets, channels, steps, seed }: Extract<StudyFigure, { kind: 'maximised' }>,
  network: Network,
  named: NamedTargets,
  maximise: Maximise,
): Promise<MaximisedActivation[]> {
  const wanted = targets ?? (channels === undefined ? ['top2'] : []);
  const goals = [...named.several(wanted, 0).map((target) => ({ target })), ...(channels ?? [])];
  return inTurn(goals, (goal) => maximise(network, { ...goal, steps, seed }));
}

type Wanted = Parameters<typeof expandTargets>[2];

/** A study's targets as classes of one network; `top2` goes by its answer to the figure's photo. */
interface NamedTargets {
  readonly one: (wanted: Wanted | undefined) => NamedTarget | undefined;
  readonly several: (wanted: readonly Wanted[], least: number) => readonly NamedTarget[];
}

function namedTargets(id: string, network: Network, { classes }: Classification): NamedTargets {
  const ranked = classes.map(({ index }) => index);
  const several = (wanted: readonly Wanted[], least: number, most = 4) => {
    const found = wanted.flatMap((target) => expandTargets(network, ranked, target));
    if (found.length >= least && found.length <= most) return found;
    const allowed = least === most ? least : `${least} to ${most}`;
    throw new WhylightError(`${id} has ${found.length} targets: ${wanted.join(', ')} (allowed: ${allowed})`);
  };
  return { one: (wanted) => (wanted === undefined ? undefined : several([wanted], 1, 1)[0]), several };
}

async function mapsOf(
  entry: StudyFigure,
  networks: readonly Network[],
  photo: ImageSample,
  named: readonly NamedTargets[],
  explain: Explain,
): Promise<Attribution[]> {
  const [network] = networks as [Network];
  const [{ one, several }] = named as [NamedTargets];
  const wanted = 'target' in entry ? entry.target : undefined;
  const target = one(wanted);
  switch (entry.kind) {
    case 'saliency':
      return [await explain('saliency', network, photo, { target })];
    case 'occlusion':
      return inTurn(entry.occluders, (occluder) => explain('occlusion', network, photo, { ...occluder, target }));
    case 'cam': {
      const map = await explain('cam', network, photo, { target });
      const [first, second] = several(['top2'], 2);
      const rival = one(entry.rival) ?? (map.target.index === first ? second : first);
      return [map, await explain('cam', network, photo, { target: rival })];
    }
    case 'methods':
      return inTurn(entry.methods, (each) => {
        const { method, options } = withOptions(each);
        return explain(method, network, photo, { ...(method === 'occlusion' && entry.occluder), ...options, target });
      });
    case 'classes': {
      const { method, options } = withOptions(entry.method);
      return inTurn(several(entry.targets, 2), (each) => explain(method, network, photo, { ...options, target: each }));
    }
    case 'deconvolution':
      return inTurn(['saliency', 'deconvolution'], (method) => explain(method, network, photo, { target }));
    case 'features':
    case 'maximised':
      return [];
    case 'networks':
      return inTurn([...networks.keys()], (i) =>
        explain(entry.method, networks[i]!, photo, { target: named[i]!.one(wanted) }),
      );
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
