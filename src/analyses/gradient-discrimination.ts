import { prepareInput } from '../explain/image/prepare';
import type { ImageSample } from '../explain/image/sample';
import { openGradient } from '../explain/network/executors/gradient';
import type { Network } from '../explain/network/network';
import { type RunOptions, yieldToEvents } from '../explain/progress';
import { correlation } from '../explain/statistics/correlation';
import { type Estimate, estimateMean } from '../explain/statistics/estimate';
import { resolveTarget, type Target } from '../explain/target';
import { knownAnimals, rivalScenes, type SceneSample } from './rival-scenes';

/** One picture and two classes whose gradients are compared. */
export interface ClassPair {
  readonly photo: ImageSample;
  readonly classes: readonly [Target, Target];
  /** Classes of which nothing is in the picture: what each of the two is compared with beside the other. Default: none. */
  readonly absent?: readonly Target[];
  /** What kind of pair it is: `dog, wolf`. Default: none. */
  readonly label?: string;
}

/** Correlations of gradient maps, of which one class's score says what it may be short of: its gauge. */
export interface GaugeCorrelations {
  /** Mean correlation of the two classes' maps with their sign (summed over channels). */
  readonly signed: Estimate;
  /** Mean correlation of the saliency maps: largest absolute value over channels. */
  readonly absolute: Estimate;
  /** Mean of how much more the absolute maps correlate than those with sign, picture by picture. */
  readonly lost: Estimate;
  /** The same for a class in the picture and one that is not, a mean over such pairs; null where none was compared. */
  readonly absent: {
    readonly absolute: Estimate;
    /** The same for two classes of which neither is in the picture; null where there is one such class at most. */
    readonly neither: Estimate | null;
    /** How much more the absolute maps of the two classes in the picture correlate than those of two that are not, picture by picture. */
    readonly beyondNeither: Estimate | null;
  } | null;
}

/** How alike the gradient maps of two classes of one picture are. */
export interface GradientDiscrimination extends GaugeCorrelations {
  /**
   * The same for logits less their mean. Softmax gives the same probabilities for logits that are all shifted alike, so
   * the gradient of one logit is defined up to a term that all classes share. Null where that term is none (outputs other
   * than softmax), and of two classes, whose centred logits are opposite by construction.
   */
  readonly centred: GaugeCorrelations | null;
  /** Two classes of a softmax: centred, their gradients differ by their sign alone. */
  readonly oppositeCentred: boolean;
  /** Each kind of pair alone, with the same two gauges. */
  readonly kinds: readonly (GaugeCorrelations & {
    readonly label: string;
    readonly centred: GaugeCorrelations | null;
  })[];
  /** Each picture's correlations. */
  readonly pairs: readonly PictureCorrelations[];
  /** One logit stands for both classes: the signed correlation is −1 and the absolute one 1 by construction. */
  readonly byConstruction: boolean;
}

/** One picture's correlations, in each gauge. */
export interface PictureCorrelations extends Correlations {
  readonly source: string;
  readonly label: string | null;
  readonly centred: Correlations | null;
}

interface Correlations {
  readonly signed: number;
  readonly absolute: number;
  /** Of the absolute maps of a class in the picture and one that is not; null where none was compared. */
  readonly absent: number | null;
  /** Of two that are not. */
  readonly neither: number | null;
}

/** Scenes of two rivals, each with the other animals that a network tells apart as its absent classes. */
export function* rivalClassPairs(network: Network, sample: SceneSample): Generator<ClassPair> {
  for (const { scene, kinds } of rivalScenes(network, sample)) {
    const absent = knownAnimals(network).filter((kind) => !kinds.includes(kind));
    yield { photo: scene.image, classes: kinds, absent, label: kinds.join(', ') };
  }
}

/**
 * Does the absolute gradient tell two classes of one picture apart, and does the signed one? Beside it the correlations of
 * maps of classes that are not in the picture. In scenes whose pairs take turns, two classes are compared with one another
 * where both are there and where neither is.
 */
export async function gradientDiscrimination(
  network: Network,
  pairs: Iterable<ClassPair>,
  { signal, onProgress }: RunOptions = {},
): Promise<GradientDiscrimination> {
  const correlations: PictureCorrelations[] = [];
  const session = openGradient(network);
  try {
    for (const { photo, classes, absent = [], label = null } of pairs) {
      await yieldToEvents(signal);
      const targets = [...classes, ...absent];
      const input = prepareInput(photo, network.preprocessing).values;
      const { gradients, outputs } = session.runEach(input, 1, [
        ...targets.map((target) => (raw: Float32Array) => resolveTarget(network, raw, target).weights),
        (raw: Float32Array) => new Float32Array(raw.length).fill(1 / raw.length),
      ]);
      const maps = gradients.slice(0, -1);
      const shared = gradients.at(-1)!;
      const centres = network.output === 'softmax' && outputs.length > 2;
      correlations.push({
        source: photo.source,
        label,
        ...correlationsOf(maps, network),
        centred: centres
          ? correlationsOf(
              maps.map((map) => map.map((value, i) => value - shared[i]!)),
              network,
            )
          : null,
      });
      onProgress?.({ label: 'gradients of two classes', done: correlations.length, total: correlations.length });
    }
  } finally {
    session.close();
  }
  return {
    ...gradientDiscriminationOf(correlations),
    oppositeCentred: network.output === 'softmax' && network.classes.length === 2,
    byConstruction: network.output === 'sigmoid',
  };
}

/** The means of measured pictures, in all and by the kind of pair. */
export function gradientDiscriminationOf(
  pairs: readonly PictureCorrelations[],
): Omit<GradientDiscrimination, 'oppositeCentred' | 'byConstruction'> {
  const labels = [...new Set(pairs.flatMap(({ label }) => (label === null ? [] : [label])))];
  return {
    ...inBothGauges(pairs),
    kinds: labels.map((label) => ({ label, ...inBothGauges(pairs.filter((pair) => pair.label === label)) })),
    pairs,
  };
}

function inBothGauges(pairs: readonly PictureCorrelations[]) {
  const centred = pairs.flatMap((pair) => (pair.centred === null ? [] : [pair.centred]));
  return { ...meansOf(pairs), centred: centred.length < pairs.length ? null : meansOf(centred) };
}

function meansOf(all: readonly Correlations[]): GaugeCorrelations {
  const mean = <T>(of: readonly T[], value: (one: T) => number, bound: number) =>
    estimateMean(of.map(value), [-bound, bound]);
  const compared = all.flatMap(({ absent }) => (absent === null ? [] : [absent]));
  const apart = all.flatMap(({ absolute, neither }) => (neither === null ? [] : [{ absolute, neither }]));
  return {
    signed: mean(all, ({ signed }) => signed, 1),
    absolute: mean(all, ({ absolute }) => absolute, 1),
    lost: mean(all, ({ absolute, signed }) => absolute - signed, 2),
    absent:
      compared.length === 0
        ? null
        : {
            absolute: mean(compared, (absent) => absent, 1),
            neither: apart.length === 0 ? null : mean(apart, ({ neither }) => neither, 1),
            beyondNeither: apart.length === 0 ? null : mean(apart, ({ absolute, neither }) => absolute - neither, 2),
          },
  };
}

/** Of the first two maps with one another, of both with every other, and of the others with one another. */
function correlationsOf(gradients: readonly Float32Array[], { inputShape }: Network): Correlations {
  const maps = gradients.map((values) => channelMaps(values, inputShape[2]));
  const [a, b, ...others] = maps;
  const absent = [a!, b!].flatMap((own) => others.map((other) => correlation(own.largest, other.largest)));
  const neither = others.flatMap((one, i) =>
    others.slice(i + 1).map((other) => correlation(one.largest, other.largest)),
  );
  const mean = (values: readonly number[]) =>
    values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0) / values.length;
  return {
    signed: correlation(a!.sum, b!.sum),
    absolute: correlation(a!.largest, b!.largest),
    absent: mean(absent),
    neither: mean(neither),
  };
}

function channelMaps(values: Float32Array, channels: number) {
  const sum = new Float32Array(values.length / channels);
  const largest = new Float32Array(sum.length);
  values.forEach((value, i) => {
    const at = Math.floor(i / channels);
    sum[at] = sum[at]! + value;
    largest[at] = Math.max(largest[at]!, Math.abs(value));
  });
  return { sum, largest };
}
