import { z } from 'zod';
import type { MeasuredMap, Thing } from './define-measure';

/** What the measures that compare with redrawing cite. */
export const redrawnBibtex = `@inproceedings{hesse2023funnybirds, author = {Hesse, Robin and Schaub-Meyer, Simone and Roth, Stefan},
    title = {FunnyBirds: A Synthetic Vision Dataset for a Part-Based Analysis of Explainable AI Methods}, booktitle = {ICCV}, year = {2023}, eprint = {2308.06248}}`;

/** The option that says which worths are too small to be held against a map. */
export const marginOption = z.number().min(0).lt(1).default(0.1).meta({
  description: 'up to which worths, or differences of them, are not counted',
  unit: 'share of the scene’s largest |worth|',
});

/** The margin in logits. */
export const marginOf = (things: readonly Thing[], margin: number): number =>
  margin * things.reduce((most, { worth }) => Math.max(most, Math.abs(worth)), 0);

/** Σ M over a mask. */
export function sumInside(values: Float32Array, mask: Uint8Array): number {
  let sum = 0;
  values.forEach((value, i) => {
    if (mask[i] !== 0) sum += value;
  });
  return sum;
}

/**
 * How much a map says a thing counts, to be held against |worth|. A worth is net: what the thing adds to the score
 * less what it takes from it. A signed map says the same with its sum, in which for and against cancel, so its number
 * is |Σ M|; with Σ |M| a thing whose pixels the map sets against one another, as noise does, would count for much
 * that the map itself takes back. An unsigned map has no against: its number is Σ |M|.
 */
export const massOfThing = ({ values, signed }: MeasuredMap, mask: Uint8Array): number =>
  signed ? Math.abs(sumInside(values, mask)) : sumInside(values.map(Math.abs), mask);

/** A map that is the same everywhere: its numbers are the things' areas, which a measure of them must not be taken for. */
export const evenMap = (pixels: number): MeasuredMap => ({
  name: 'even',
  values: new Float32Array(pixels).fill(1),
  signed: false,
  seeded: false,
  remake: null,
  cost: null,
});
