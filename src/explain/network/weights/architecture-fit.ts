import { WhylightError } from '../../errors';
import { buildArchitecture } from '../architectures';
import type { Built } from '../architectures/architecture';
import { parameterShapes } from '../parameter-shapes';
import type { StoredTensor } from './checkpoint';
import { type Fit, fitGroup, isWhole, type Wanted } from './fit-weights';
import type { WeightGroup } from './weight-groups';

/** An architecture that some of a file's weights fit whole. */
export interface ArchitectureFit {
  readonly name: string;
  readonly inputShape: readonly [number, number, 3];
  /** With ten outputs. */
  readonly sample: Sample;
  /** Each with the number of outputs of its head; one at least. */
  readonly fits: ReadonlyMap<Fit, number>;
}

/** An architecture of that many outputs, and what it wants of a weights file. */
export interface Sample {
  readonly built: Built;
  readonly wanted: Wanted;
}

/** @throws WhylightError for an unknown name, and an input that is too small. */
export function sampleOf(name: string, outputs: number, inputShape: readonly [number, number, 3]): Sample {
  const built = buildArchitecture(name, outputs, inputShape);
  return { built, wanted: { shapes: parameterShapes(built.graph, inputShape), parameterName: built.parameterName } };
}

/** Two numbers of outputs: what differs between them is the head's. */
const FEW = 10;

/**
 * How many outputs a fit's head has, by the tensors whose shapes grow with them.
 * @returns null where its shapes agree on no number
 */
export function outputsOf(
  tensors: ReadonlyMap<string, StoredTensor>,
  name: string,
  { wanted }: Sample,
  inputShape: readonly [number, number, 3],
): number | null {
  const more = sampleOf(name, FEW + 1, inputShape).wanted.shapes;
  const counts = new Set<number>();
  for (const [parameter, shape] of wanted.shapes) {
    const grown = more.get(parameter)!;
    const axis = shape.findIndex((length, i) => grown[i] !== length);
    const length = axis < 0 ? undefined : tensors.get(parameter)?.shape[axis];
    // A head may have several rows an output, or rows of its own.
    if (length !== undefined) counts.add((length - shape[axis]!) / (grown[axis]! - shape[axis]!) + FEW);
  }
  const [count] = counts;
  return counts.size === 1 && Number.isSafeInteger(count) && count! > 0 ? count! : null;
}

/** The architecture with ten outputs: what its names are. */
export const smallSample = (name: string, inputShape: readonly [number, number, 3]): Sample =>
  sampleOf(name, FEW, inputShape);

/**
 * An architecture with the groups of a file that fit it whole, the number of outputs read off the head.
 * @returns null where none does
 */
export function fitArchitecture(
  name: string,
  groups: readonly WeightGroup[],
  inputShape: readonly [number, number, 3],
): ArchitectureFit | null {
  const sample = smallSample(name, inputShape);
  const { shapes, parameterName } = sample.wanted;
  const fits = new Map<Fit, number>();
  for (const group of groups) {
    const { size } = group.tensors;
    // Where every name is the network's own, so is their number.
    if (size < shapes.size || (parameterName === undefined && size !== shapes.size)) continue;
    const fit = fitGroup(group, sample.wanted);
    if (fit.missing.length > 0 || fit.extra.length > 0 || fit.twice !== null) continue;
    const outputs = outputsOf(fit.tensors, name, sample, inputShape);
    if (outputs === null) continue;
    const whole = fitGroup(group, sampleOf(name, outputs, inputShape).wanted);
    if (isWhole(whole)) fits.set(whole, outputs);
  }
  return fits.size === 0 ? null : { name, inputShape, sample, fits };
}

/** The architecture of a list that is nearest to fitting a file. */
export interface Nearest {
  readonly name: string;
  readonly fit: Fit;
  readonly wanted: Wanted;
}

/** So many of a file's largest groups are held against each architecture. */
const TRIED = 8;

/** @returns null for architectures of which nothing is left at this size */
export function nearestArchitecture(
  names: readonly string[],
  groups: readonly WeightGroup[],
  inputShapeOf: (name: string) => readonly [number, number, 3],
): Nearest | null {
  let best: { name: string; group: WeightGroup; matching: number; size: number } | null = null;
  for (const name of names) {
    const sample = tooSmallOr(() => smallSample(name, inputShapeOf(name)));
    if (sample === null) continue;
    const { wanted } = sample;
    for (const group of groups.slice(0, TRIED)) {
      const { tensors, missing, misshapen } = fitGroup(group, wanted);
      const size = Math.max(tensors.size, wanted.shapes.size);
      const matching = wanted.shapes.size - missing.length - misshapen.length;
      if (best === null || matching / size > best.matching / best.size) best = { name, group, matching, size };
    }
  }
  if (best === null) return null;
  const { name, group } = best;
  const inputShape = inputShapeOf(name);
  const sample = smallSample(name, inputShape);
  const outputs = outputsOf(fitGroup(group, sample.wanted).tensors, name, sample, inputShape) ?? FEW;
  const { wanted } = sampleOf(name, outputs, inputShape);
  return { name, fit: fitGroup(group, wanted), wanted };
}

/** Null where nothing is left of the input on the way. */
export function tooSmallOr<T>(build: () => T): T | null {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof WhylightError)) throw error;
    return null;
  }
}

/**
 * The one renaming by which a fit would be whole: `['fc.1.**', 'fc.**']`, as a card writes it. A part of a network is
 * often put into another, which changes its name and nothing else (a dropout before a linear head).
 * @returns null where there is no such renaming
 */
export function missingRenaming(
  { missing, extra, misshapen, twice, tensors }: Fit,
  { shapes }: Wanted,
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
