import { WhylightError } from '../explain/errors';
import { centreBlob } from '../explain/measures/baselines/centre';
import { grown, massOutside } from '../explain/measures/mass-outside';
import { cam } from '../explain/methods/cam';
import type { Network } from '../explain/network/network';
import { type RunOptions, withAmbient, yieldToEvents } from '../explain/progress';
import {
  type Estimate,
  estimateMean,
  estimateMeanShare,
  estimatePairedDifference,
  estimateShare,
} from '../explain/statistics/estimate';
import { estimateLeastShare } from '../explain/statistics/least-share';
import { backgroundEstimates } from '../plots/background-estimates';
import type { Figure } from '../plots/figure';
import { hasRival, rivalOf } from '../scenes/counterfactuals';
import { type LabelledSpec, sceneSpecs } from '../scenes/dataset';
import { ownBackground, rivalBackground } from '../scenes/random-scene';
import { drawScene, type Scene } from '../scenes/scene';
import { type AnimalKind, animalKinds, type BackgroundKind, backgroundKinds } from '../scenes/spec';
import { swapBackground } from '../scenes/study-scenes';
import { backgroundShare, type SceneEffects } from './background-share';
import { evaluationSeed } from './evaluation-seed';
import { type ThingWorth, thingWorths } from './interventions';
import { type Probabilities, probabilitiesOf, topClass } from './probabilities';

/** The backgrounds on which the same animals are drawn. */
export const sceneSets = {
  /** Each of the six in turn. */
  fair: () => backgroundKinds,
  /** The class's own, as in scenes of bias 1. */
  own: (label: AnimalKind): readonly BackgroundKind[] => [ownBackground[label]],
  /** The other class's, as in scenes of bias 0. */
  swapped: (label: AnimalKind): readonly BackgroundKind[] => [rivalBackground(label)],
} as const;

export type SceneSet = keyof typeof sceneSets;

/** How many scenes, and which. */
export interface BackgroundBiasOptions extends RunOptions {
  /** Animals, each of which is drawn on all six backgrounds. Default 400. */
  readonly scenes?: number;
  /** Of them those whose activation maps are measured, on their own background. Default 100. */
  readonly maps?: number;
  /** Whether the scenes of these maps are drawn again too, for what the background is worth. Default true. */
  readonly redraw?: boolean;
  /** Seed of the scenes, which are drawn from a stream that no training set of the same seed shares. Default 1. */
  readonly seed?: number;
  /** Side of the scenes in px. Default 128. */
  readonly size?: number;
  /** Which set of drawn scenes. Default: the one of `randomScene`. */
  readonly set?: 1 | 2;
}

/**
 * Mean share of the positive mass of a class's activation map that lies outside the animal, on its own background, beside
 * what maps that know nothing of the network have there. Null where no map was measured, or none had positive mass.
 */
export interface MapOutside {
  readonly label: string;
  readonly mass: Estimate | null;
  /** The same beyond one cell of the map: a map cannot be finer than its cells. */
  readonly far: Estimate | null;
  /** A Gaussian at the middle of the input, of a quarter of its shorter side as standard deviation, on the same scenes. */
  readonly centre: Estimate | null;
  /** An even map: the share of the input that is outside. */
  readonly even: Estimate | null;
  /** How much more of the map's mass than of the Gaussian's is outside, scene by scene. */
  readonly beyondCentre: Estimate | null;
}

/**
 * What the background is worth on the very scenes whose maps are measured, by drawing each again: once on the rival's
 * background, once with the rival's markings on the same body. Worths are those of `thingWorths`, the share is that of
 * `reliance`, here on the class's own background alone.
 */
export interface RedrawnShare {
  readonly label: string;
  /** |mean background| / (|mean markings| + |mean background|), BCa interval over scenes. */
  readonly share: Estimate;
  /** Mean worth of the own background over the rival's, in logits of the difference of class and rival; Student's interval. */
  readonly background: Estimate;
  /** Of the own markings over the rival's. */
  readonly markings: Estimate;
}

/** Right answers of one class on one background. */
export interface BackgroundGroup {
  readonly label: string;
  readonly background: BackgroundKind;
  readonly accuracy: Estimate;
}

/** One class's answers alone. */
export interface ClassBias {
  readonly label: string;
  readonly own: Estimate;
  readonly swapped: Estimate;
  readonly dependence: Estimate;
}

/** How much one network looks at the background. */
export interface NetworkBias {
  readonly name: string;
  readonly title: string;
  /** Right answers: on the own and the swapped background shares of animals (Wilson's interval), on any the mean over the animals of the share of the six backgrounds. */
  readonly accuracy: Readonly<Record<SceneSet, Estimate>>;
  /** How many more of the same animals it gets right on their own backgrounds than on swapped ones (paired). */
  readonly dependence: Estimate;
  /** How much larger the true class's probability is on the own background than on the swapped one, animal by animal. */
  readonly probability: Estimate;
  readonly classes: readonly ClassBias[];
  /** Every class on every background. */
  readonly groups: readonly BackgroundGroup[];
  /** The least accuracy of these groups, with an interval for the least of them all. */
  readonly worst: BackgroundGroup;
  /** The maps of the true class over all classes: mass outside, and its nulls. */
  readonly camOutside: Omit<MapOutside, 'label'>;
  /** The same class by class. */
  readonly outside: readonly MapOutside[];
  /** By redrawing the scenes of these maps, class by class; without classes whose rival of the same body is not the network's, and without those of fewer than two scenes; empty with `redraw: false`. */
  readonly redrawn: readonly RedrawnShare[];
}

/** What the background decides, network by network. */
export interface BackgroundBias {
  readonly networks: readonly NetworkBias[];
  readonly seed: number;
  readonly figures: { readonly accuracy: Figure };
}

/** One animal: the network's answers on each background, and its map on its own. */
interface BackgroundCase {
  readonly label: AnimalKind;
  readonly right: ReadonlyMap<BackgroundKind, boolean>;
  readonly probability: ReadonlyMap<BackgroundKind, number>;
  readonly map: MapShares | null;
  readonly worths: SceneEffects | null;
}

/** Shares outside the animal of one map's mass, and of those that know nothing. */
interface MapShares {
  readonly mass: number | null;
  readonly far: number | null;
  readonly centre: number;
  readonly even: number;
}

/**
 * Does the background decide? The same unseen animals are drawn on each background, nothing else changed: right answers on
 * their class's own, on the other class's and on any, and how much of each class's activation map lies outside the animal.
 *
 * @throws WhylightError for a network with another class than the drawn animals, and for no scenes or maps; AbortedError when interrupted.
 */
export async function backgroundBias(
  networks: readonly Network[],
  options: BackgroundBiasOptions = {},
): Promise<BackgroundBias> {
  const {
    scenes = 400,
    maps = 100,
    redraw = true,
    seed = 1,
    size = 128,
    set,
    onProgress,
    signal,
  } = withAmbient(options);
  for (const [what, count] of Object.entries({ scenes, maps })) {
    if (!Number.isInteger(count) || count < 1)
      throw new WhylightError(`${what}: ${count} (allowed: whole numbers from 1)`);
  }
  for (const network of networks) classesOf(network);
  const cases = networks.map((): BackgroundCase[] => []);
  // Networks of the same classes are asked about the same animals: each picture is drawn once for them all.
  const alike = new Map<string, number[]>();
  networks.forEach(({ classes }, n) => {
    alike.set(classes.join(), [...(alike.get(classes.join()) ?? []), n]);
  });
  let done = 0;
  for (const members of alike.values()) {
    const specs = backgroundSpecs(networks[members[0]!]!, { scenes, seed, size, set });
    let count = 0;
    for (const labelled of specs) {
      await yieldToEvents(signal);
      const pictures = drawOnAll(labelled);
      const parts = { map: count < maps, worths: redraw && count < maps };
      for (const n of members) cases[n]!.push(await caseOf(networks[n]!, labelled, pictures, parts, signal));
      count++;
      onProgress?.({ label: 'animals on six backgrounds', done: ++done, total: scenes * alike.size });
    }
  }
  const measured = networks.map((network, n) => networkBias(network, cases[n]!));
  return { networks: measured, seed, figures: { accuracy: backgroundEstimates(measured, { width: 420 }) } };
}

/** The animals of `backgroundBias`, not drawn yet. Throws WhylightError for a network with another class than the drawn animals. */
export function backgroundSpecs(
  network: Pick<Network, 'classes' | 'name'>,
  { scenes = 400, seed = 1, size = 128, set }: Pick<BackgroundBiasOptions, 'scenes' | 'seed' | 'size' | 'set'> = {},
): Generator<LabelledSpec> {
  return sceneSpecs({
    count: scenes,
    classes: classesOf(network),
    bias: 0.5,
    seed: evaluationSeed('single', seed),
    width: size,
    height: size,
    set,
  });
}

/** An animal's pictures, background by background. */
type Drawn = ReadonlyMap<BackgroundKind, Scene>;

const drawOnAll = ({ spec }: LabelledSpec): Drawn =>
  new Map(backgroundKinds.map((kind) => [kind, drawScene(swapBackground(spec, kind))]));

async function caseOf(
  network: Network,
  { label, spec }: LabelledSpec,
  pictures: Drawn,
  parts: { readonly map: boolean; readonly worths: boolean },
  signal?: AbortSignal,
): Promise<BackgroundCase> {
  const answers = await probabilitiesOf(
    network,
    [...pictures.values()].map(({ image }) => image),
    signal,
    true,
  );
  const each = <T>(of: (answer: Probabilities) => T) =>
    new Map([...pictures.keys()].map((kind, i) => [kind, of(answers[i]!)]));
  return {
    label,
    right: each((answer) => topClass(answer) === label),
    probability: each((answer) => answer.get(label)!),
    map: parts.map ? await mapShares(network, label, pictures.get(ownBackground[label])!) : null,
    worths: parts.worths ? await worthsOf(network, { label, spec }, signal) : null,
  };
}

/** Null where the rival is no class of the network or has another body, or where the animal is hidden. */
async function worthsOf(
  network: Network,
  { label, spec }: Pick<LabelledSpec, 'label' | 'spec'>,
  signal?: AbortSignal,
): Promise<SceneEffects | null> {
  const own = swapBackground(spec, ownBackground[label]);
  const animal = own.objects.findIndex(({ kind }) => kind === label);
  if (!network.classes.includes(rivalOf(label)) || !hasRival(own.objects[animal]!)) return null;
  const worths = await thingWorths(network, [{ label, spec: own }], {
    kinds: ['background', 'markings'],
    signal,
    onProgress: () => undefined,
  });
  const of = (kind: ThingWorth['kind']) => worths.find((one) => one.kind === kind)?.logit;
  const [background, markings] = [of('background'), of('markings')];
  return background === undefined || markings === undefined ? null : { animal: markings, background };
}

function redrawnOf(label: string, cases: readonly BackgroundCase[]): RedrawnShare[] {
  const worths = cases.flatMap((one) => (one.label !== label || one.worths === null ? [] : [one.worths]));
  if (worths.length < 2) return [];
  const mean = (of: (one: SceneEffects) => number) =>
    estimateMean(worths.map(of), [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  return [
    {
      label,
      share: backgroundShare(worths),
      background: mean(({ background }) => background),
      markings: mean(({ animal }) => animal),
    },
  ];
}

function networkBias({ name, title, classes }: Network, cases: readonly BackgroundCase[]): NetworkBias {
  const maps = (label?: string) => cases.filter((one) => one.map !== null && (label ?? one.label) === one.label);
  const labels = classes.filter((label) => cases.some((one) => one.label === label));
  const groups = labels.flatMap((label) =>
    backgroundKinds.map((background) => {
      const answers = cases.filter((one) => one.label === label).map(({ right }) => right.get(background)!);
      return { label, background, hits: answers.filter(Boolean).length, count: answers.length };
    }),
  );
  const least = estimateLeastShare(groups);
  const { label, background } = groups[least.group]!;
  const probability = (set: 'own' | 'swapped') => (one: BackgroundCase) =>
    one.probability.get(sceneSets[set](one.label)[0]!)!;
  return {
    name,
    title,
    accuracy: {
      fair: estimateMeanShare(cases.map(({ right }) => [...right.values()].filter(Boolean).length / right.size)),
      own: share(answersOn('own', cases)),
      swapped: share(answersOn('swapped', cases)),
    },
    dependence: dependenceOf(cases),
    probability: estimateMean(
      cases.map((one) => probability('own')(one) - probability('swapped')(one)),
      [-1, 1],
    ),
    classes: labels.map((label) => {
      const own = cases.filter((one) => one.label === label);
      return {
        label,
        own: share(answersOn('own', own)),
        swapped: share(answersOn('swapped', own)),
        dependence: dependenceOf(own),
      };
    }),
    groups: groups.map(({ label, background, hits, count }) => ({
      label,
      background,
      accuracy: estimateShare(hits, count),
    })),
    worst: { label, background, accuracy: least.estimate },
    camOutside: outsideOf(maps()),
    outside: classes.map((label) => ({ label, ...outsideOf(maps(label)) })),
    redrawn: classes.flatMap((label) => redrawnOf(label, cases)),
  };
}

const answersOn = (set: 'own' | 'swapped', cases: readonly BackgroundCase[]) =>
  cases.map(({ label, right }) => right.get(sceneSets[set](label)[0]!)!);

const dependenceOf = (cases: readonly BackgroundCase[]) =>
  estimatePairedDifference(answersOn('own', cases), answersOn('swapped', cases));

/** Maps without positive mass are left out, with their nulls. */
function outsideOf(cases: readonly BackgroundCase[]): Omit<MapOutside, 'label'> {
  const maps = cases.flatMap(({ map }) => (map === null || map.mass === null ? [] : [{ ...map, mass: map.mass }]));
  if (maps.length === 0) return { mass: null, far: null, centre: null, even: null, beyondCentre: null };
  const mean = (of: (map: (typeof maps)[number]) => number) => estimateMeanShare(maps.map(of));
  return {
    mass: mean(({ mass }) => mass),
    far: mean(({ far, mass }) => far ?? mass),
    centre: mean(({ centre }) => centre),
    even: mean(({ even }) => even),
    beyondCentre: estimateMean(
      maps.map(({ mass, centre }) => mass - centre),
      [-1, 1],
    ),
  };
}

function classesOf({ name, classes }: Pick<Network, 'classes' | 'name'>): readonly AnimalKind[] {
  const unknown = classes.find((label) => !(animalKinds as readonly string[]).includes(label));
  if (unknown === undefined) return classes as readonly AnimalKind[];
  throw new WhylightError(`${name} has a class that is not drawn: ${unknown} (drawn are: ${animalKinds.join(', ')})`);
}

async function mapShares(network: Network, label: AnimalKind, { image, objects }: Scene): Promise<MapShares> {
  const { width, height } = image;
  const mask = new Uint8Array(width * height);
  for (const { kind, mask: own } of objects) {
    if (kind === label)
      own.forEach((value, i) => {
        mask[i]! |= value;
      });
  }
  const map = await cam(network, image, { target: label });
  const cell = Math.max(map.crop.height / map.coarse!.height, map.crop.width / map.coarse!.width);
  const { mass, area } = massOutside(map, mask, image);
  return {
    mass,
    far: massOutside(map, grown(mask, width, height, Math.round(cell)), image).mass,
    centre: massOutside({ ...map, values: centreBlob(map.width, map.height) }, mask, image).mass!,
    even: area,
  };
}

const share = (answers: readonly boolean[]) => estimateShare(answers.filter(Boolean).length, answers.length);
