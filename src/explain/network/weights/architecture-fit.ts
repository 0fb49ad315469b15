import { WhylightError } from '../../errors';
import { buildArchitecture } from '../architectures';
import type { Built } from '../architectures/architecture';
import { parameterShapes } from '../parameter-shapes';
import type { StoredTensor } from './checkpoint';
import { type Fit, fitGroup, isWhole, type WeightRequest } from './fit-weights';
import type { WeightGroup } from './weight-groups';

/** An architecture that some of a file's weights fit whole. */
export interface ArchitectureFit {
  readonly name: string;
  /** With ten outputs. */
  readonly sample: Sample;
  /** One at least. */
  readonly fits: readonly WholeFit[];
}

/** A group that fits whole: the outputs of its head, and `[height, width, channels]` of its input. */
export interface WholeFit extends Fit {
  readonly outputs: number;
  readonly inputShape: InputShape;
  /** Whether the weights would be of other shapes for another size. */
  readonly isForThisSize: boolean;
}

type InputShape = readonly [number, number, number];

/** An architecture of so many outputs, and what it wants of a weights file. */
export interface Sample {
  readonly built: Built;
  readonly request: WeightRequest;
}

/** @throws WhylightError for an unknown name, and an input that is too small. */
export function sampleOf(name: string, outputs: number, inputShape: InputShape): Sample {
  const built = buildArchitecture(name, outputs, inputShape);
  return { built, request: { shapes: parameterShapes(built.graph, inputShape), parameterName: built.parameterName } };
}

/** Of the input: colours, or grey alone. */
const CHANNELS = [3, 1];

/** In px, of networks whose weights are for one size: position embeddings. */
const SIDES = [224, 256, 288, 299, 320, 336, 384, 448, 480, 512];

/** Two numbers of outputs: what differs between them is the head's. */
const FEW = 10;

/** What architectures are usually fed, in px; a weights file does not say it. */
const usualSide = (name: string): number => (/inception/.test(name) ? 299 : /cifar/.test(name) ? 32 : 224);

/** The architectures that a file is held against; each is built once with few outputs, to see its names. */
export class Catalogue {
  readonly #samples = new Map<string, Sample | null>();

  /** @param size `[height, width]` in px. Default: each architecture's usual one. */
  constructor(
    readonly names: readonly string[],
    readonly size?: readonly [number, number],
  ) {}

  inputShape(name: string, channels = 3): InputShape {
    const [height, width] = this.size ?? [usualSide(name), usualSide(name)];
    return [height, width, channels];
  }

  /**
   * Null where nothing is left of the input on the way.
   * @throws WhylightError for the only architecture there is.
   */
  sample(name: string): Sample | null {
    let sample = this.#samples.get(name);
    if (sample === undefined) {
      sample = this.#built(name);
      this.#samples.set(name, sample);
    }
    return sample;
  }

  #built(name: string): Sample | null {
    const build = () => sampleOf(name, FEW, this.inputShape(name));
    return this.names.length === 1 ? build() : tooSmallOr(build);
  }

  /** Whether an architecture's weights are of other shapes for an input of twice the sides. */
  dependsOnSize(name: string, { request }: Sample): boolean {
    const [height, width, channels] = this.inputShape(name);
    const larger = tooSmallOr(() => sampleOf(name, FEW, [2 * height, 2 * width, channels]));
    if (larger === null) return false;
    const { shapes } = larger.request;
    return [...request.shapes].some(([parameter, shape]) => shapes.get(parameter)?.join() !== shape.join());
  }

  /**
   * How many outputs a head has, by the tensors whose shapes grow with them.
   * @returns null where its shapes agree on no number
   */
  outputs(name: string, { request }: Sample, tensors: ReadonlyMap<string, StoredTensor>): number | null {
    const more = sampleOf(name, FEW + 1, this.inputShape(name)).request.shapes;
    const counts = new Set<number>();
    for (const [parameter, shape] of request.shapes) {
      const grown = more.get(parameter)!;
      const axis = shape.findIndex((length, i) => grown[i] !== length);
      const length = axis < 0 ? undefined : tensors.get(parameter)?.shape[axis];
      if (length !== undefined) counts.add((length - shape[axis]!) / (grown[axis]! - shape[axis]!) + FEW);
    }
    const [count] = counts;
    return counts.size === 1 && Number.isSafeInteger(count) && count! > 0 ? count! : null;
  }
}

/** Null where nothing is left of an input on the way, or it is of a size that an architecture does not take. */
function tooSmallOr<T>(build: () => T): T | null {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof WhylightError)) throw error;
    return null;
  }
}

/**
 * An architecture with the groups of a file that fit it whole, the number of outputs read off the head.
 * @returns null where none does
 */
export function fitArchitecture(
  name: string,
  groups: readonly WeightGroup[],
  catalogue: Catalogue,
): ArchitectureFit | null {
  const sample = catalogue.sample(name);
  if (sample === null) return null;
  const fits = groups.flatMap((group) => wholeFits(name, sample, group, catalogue));
  return fits.length === 0 ? null : { name, sample, fits };
}

function wholeFits(name: string, sample: Sample, group: WeightGroup, catalogue: Catalogue): WholeFit[] {
  const { shapes, parameterName } = sample.request;
  const { size } = group.tensors;
  // Where every name is the network's own, so is their number.
  if (size < shapes.size || (parameterName === undefined && size !== shapes.size)) return [];
  const fit = fitGroup(group, sample.request);
  if (fit.missing.length > 0 || fit.extra.length > 0 || fit.twice !== null) return [];
  const outputs = catalogue.outputs(name, sample, fit.tensors);
  if (outputs === null) return [];
  const isForThisSize = catalogue.dependsOnSize(name, sample);
  const sides = isForThisSize && catalogue.size === undefined ? SIDES.map((side) => [side, side] as const) : [];
  for (const [height, width] of [catalogue.inputShape(name), ...sides]) {
    const whole = CHANNELS.flatMap((channels) => {
      const inputShape = [height, width, channels] as const;
      const request = tooSmallOr(() => sampleOf(name, outputs, inputShape).request);
      const whole = request && fitGroup(group, request);
      return whole !== null && isWhole(whole) ? [{ ...whole, outputs, inputShape, isForThisSize }] : [];
    });
    if (whole.length > 0) return whole;
  }
  return [];
}

/** The architecture of a list that is nearest to fitting a file. */
export interface Nearest {
  readonly name: string;
  readonly fit: Fit;
  readonly request: WeightRequest;
}

/** So many of a file's largest groups are held against each architecture. */
const TRIED = 8;

/** @returns null for architectures of which nothing is left at this size */
export function nearestArchitecture(catalogue: Catalogue, groups: readonly WeightGroup[]): Nearest | null {
  let best: { name: string; group: WeightGroup; share: number } | null = null;
  for (const name of catalogue.names) {
    const sample = catalogue.sample(name);
    if (sample === null) continue;
    const { shapes } = sample.request;
    for (const group of groups.slice(0, TRIED)) {
      const { tensors, missing, misshapen } = fitGroup(group, sample.request);
      const share = (shapes.size - missing.length - misshapen.length) / Math.max(tensors.size, shapes.size);
      if (best === null || share > best.share) best = { name, group, share };
    }
  }
  if (best === null) return null;
  const { name, group } = best;
  const sample = catalogue.sample(name)!;
  const outputs = catalogue.outputs(name, sample, fitGroup(group, sample.request).tensors) ?? FEW;
  const { request } = sampleOf(name, outputs, catalogue.inputShape(name));
  return { name, fit: fitGroup(group, request), request };
}

/**
 * The one renaming by which a fit would be whole: `['fc.1.**', 'fc.**']`, as a card writes it. A part of a network is
 * often put into another, which changes its name and nothing else (a dropout before a linear head).
 * @returns null where there is no such renaming
 */
export function missingRenaming(
  { missing, extra, misshapen, twice, tensors }: Fit,
  { shapes }: WeightRequest,
): readonly [string, string] | null {
  if (missing.length === 0 || missing.length !== extra.length || misshapen.length > 0 || twice !== null) return null;
  const [from, to] = [extra[0]!.split('.'), missing[0]!.split('.')];
  while (from.length > 1 && to.length > 1 && from.at(-2) === to.at(-2)) {
    from.splice(-2, 1);
    to.splice(-2, 1);
  }
  const [before, after] = [from.slice(0, -1).join('.'), to.slice(0, -1).join('.')];
  if (before === '' || after === '') return null;
  const fits = extra.every((name) => {
    const renamed = name.startsWith(`${before}.`) ? `${after}${name.slice(before.length)}` : '';
    const shape = shapes.get(renamed);
    return missing.includes(renamed) && shape !== undefined && tensors.get(name)!.shape.length === shape.length;
  });
  return fits ? [`${before}.**`, `${after}.**`] : null;
}
