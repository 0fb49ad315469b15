import { requireNetwork } from './arguments';
import type { Attribution } from './attribution';
import { prepareInput } from './image/prepare';
import type { NetworkInput } from './image/preprocessing';
import type { ImageSample } from './image/sample';
import { forward } from './network/executors/forward';
import type { Network } from './network/network';
import { classScores, rankClasses } from './target';

/** One class's score on a photo. */
export interface ClassScore {
  readonly index: number;
  readonly label: string;
  /** Of a value, the value itself. */
  readonly logit: number;
  /** Null for values. */
  readonly probability: number | null;
  /** Of a value: what it is in. Absent where the score is a logit. */
  readonly unit?: string;
}

/** What a network says of a photo. */
export interface Classification {
  readonly photo: Attribution['photo'];
  readonly network: Attribution['network'];
  /** Every class, best first. */
  readonly classes: readonly ClassScore[];
  /** What the network saw. */
  readonly input: ImageSample;
}

/** How a result names its photo. */
export function photoRecord({ source, sha256, width, height }: ImageSample): Attribution['photo'] {
  return { source, sha256, width, height };
}

/** How a result names its network. */
export function networkRecord({ name, title, weightsSha256, assumptions = [] }: Network): Attribution['network'] {
  return { name, title, weightsSha256, ...(assumptions.length > 0 && { assumptions }) };
}

/** Scores every class of a network on a photo. @throws WhylightError for what is no network or no photo. */
export async function classify(network: Network, photo: ImageSample): Promise<Classification> {
  requireNetwork(network);
  const input = prepareInput(photo, network.preprocessing);
  return classificationOf(network, photo, input, forward(network, input.values));
}

/** The same from the prepared photo and its raw outputs. */
export function classificationOf(
  network: Network,
  photo: ImageSample,
  { image }: Pick<NetworkInput, 'image'>,
  raw: Float32Array,
): Classification {
  const { logits, probabilities } = classScores(network, raw);
  return {
    photo: photoRecord(photo),
    network: networkRecord(network),
    classes: rankClasses(network, raw).map((index) => ({
      index,
      label: network.classes[index]!,
      logit: logits[index]!,
      probability: probabilities?.[index] ?? null,
      ...(network.output === 'linear' && { unit: network.unit ?? '' }),
    })),
    input: image,
  };
}
