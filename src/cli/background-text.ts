import type { BackgroundBias } from '../analyses/background-bias';
import { type BackgroundFlip, type BackgroundFlips, tellingRule } from '../analyses/background-flips';
import type { SegmentFlip, SegmentFlips } from '../analyses/segment-flips';
import type { SmallestChange } from '../analyses/smallest-change';
import type { Estimate } from '../explain/statistics/estimate';
import { table } from './table';

const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
const share = (estimate: Estimate | null) =>
  estimate === null
    ? 'nothing measured'
    : `${percent(estimate.value)} (${(100 * estimate.low).toFixed(1)}–${(100 * estimate.high).toFixed(1)})`;
const points = ({ value, low, high }: Estimate) =>
  `${(100 * value).toFixed(1)} (${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)})`;
const logits = ({ value, low, high }: Estimate) =>
  `${value.toFixed(2)} (${Number.isFinite(low) ? `${low.toFixed(2)} to ${high.toFixed(2)}` : 'too few for an interval'})`;

/** Right answers by background; and per class the maps' mass outside beside what redrawing says. */
export function describeBias({ networks }: BackgroundBias): string {
  const rows = networks.map(({ name, accuracy, dependence, worst }) => [
    name,
    share(accuracy.own),
    share(accuracy.fair),
    share(accuracy.swapped),
    points(dependence),
    `${worst.label} on ${worst.background}: ${share(worst.accuracy)}`,
  ]);
  const maps = networks.flatMap(({ name, outside, redrawn }) =>
    outside.map(({ label, mass, far, centre, even }) => {
      const own = redrawn.find((one) => one.label === label);
      return [
        name,
        label,
        share(mass),
        share(far),
        share(centre),
        share(even),
        share(own?.share ?? null),
        ...(own === undefined ? [] : [logits(own.background), logits(own.markings)]),
      ];
    }),
  );
  return `${table([['RIGHT ON', 'OWN', 'ANY BACKGROUND', 'SWAPPED', 'OWN − SWAPPED', 'WORST'], ...rows])}\n\n${table([
    [
      'CAM OUTSIDE THE ANIMAL',
      'CLASS',
      'ALL',
      'BEYOND ONE CELL',
      'CENTRE BLOB',
      'EVEN MAP',
      'BACKGROUND BY REDRAWING',
      'ITS LOGITS',
      'MARKINGS’ LOGITS',
    ],
    ...maps,
  ])}\n`;
}

const short = (label: string) => label.split(',')[0]!;
const signed = (value: number) => value.toFixed(2).replace('-', '−');
const answer = ({ label, probability, margin }: { label: string; probability: number; margin: number }) =>
  `${short(label)} ${percent(probability)}, margin ${margin.toFixed(2)}`;

/** How often backgrounds turn answers, and the flips that were picked, with the files they were written to. */
export function describeFlips(flips: BackgroundFlips, unit: 'scene' | 'photo', files: readonly string[]): string {
  const { network, subjects, eligible, trials, flipped, share: mean, repasted, onGrey, miss } = flips;
  const controls =
    repasted === null
      ? ''
      : `\n  controls: pasted on their own background ${share(repasted)} keep their answer, alone on grey ${share(onGrey)}`;
  const head = `${network}: ${flipped} of ${trials} trials flip (${eligible} of ${subjects} ${unit}s tried)${controls}`;
  const often = mean === null ? '' : `\n  mean over the ${unit}s of the share of backgrounds that flip: ${share(mean)}`;
  const nearest =
    miss === null
      ? ''
      : `\n  nothing flips; nearest miss: ${miss.subject} on ${miss.background}, ${answer(miss.after)} (on ${miss.own} ${answer(miss.before)}); ${miss.distance.toFixed(2)} logits are missing`;
  const each = flips.flips.map((flip, i) => `\n${describeFlip(flip, i)}${fileLine(files[i])}`).join('');
  const rule = flips.flips.length === 0 ? '' : `\n  picked by rule: ${tellingRule}`;
  return `${head}${often}${nearest}${rule}${each}${smallestOf(flips.flips)}\n`;
}

const fileLine = (file: string | undefined) => (file === undefined ? '' : `\n    ${file}`);

function describeFlip(
  { subject, own, background, before, after, alone, repasted, onGrey, change }: BackgroundFlip,
  i: number,
) {
  const rank = i === 0 ? 'most telling flip' : `next (${i + 1})`;
  const control = repasted === null ? '' : `; pasted on it: ${answer(repasted)}`;
  const object = onGrey === null ? '' : `; the object alone, on grey: ${answer(onGrey)}`;
  return `  ${rank}: ${subject}
    on ${own}: ${answer(before)}${control}
    on ${background}: ${answer(after)}; this background alone: ${answer(alone)}${object}
    ${describeChange(change, before.label)}`;
}

function describeChange(
  { turned, segments, exchanged, area, answer: now, rival, before, after }: SmallestChange,
  label: string,
) {
  const pair = `logit(${short(label)}) − logit(${short(rival)}) ${signed(before.difference)} → ${signed(after.difference)}`;
  const odds = [label, rival]
    .map((one, i) => `P(${short(one)}) ${percent(before.probabilities[i]!)} → ${percent(after.probabilities[i]!)}`)
    .join(', ');
  const what = turned ? 'smallest change' : 'no change turns it; nearest';
  return `${what}: ${exchanged} of ${segments} segments, ${percent(area)} of the picture: ${answer(now)}; ${pair}, ${odds}`;
}

function smallestOf(flips: readonly BackgroundFlip[]): string {
  if (flips.length < 2) return '';
  const least = flips.reduce((best, one) => (one.change.area < best.change.area ? one : best));
  return `\n  smallest change of these ${flips.length}: ${percent(least.change.area)}, ${least.subject} on ${least.background}`;
}

/** Photos without masks: a line for each, those that turn first. */
export function describeSegments(flips: SegmentFlips, files: readonly string[]): string {
  const { network, subjects, eligible, share: turned, fill } = flips;
  const head = `${network}: segments filled with ${fillWords[fill]} turn the answer to ${turned === null ? 'no photo' : share(turned)} (${eligible} of ${subjects} photos tried)`;
  const line = ({ subject, before, change }: SegmentFlip, i: number) =>
    `\n  ${subject}: ${answer(before)}\n    ${describeChange(change, before.label)}${fileLine(files[i])}`;
  return `${head}${flips.flips.map(line).join('')}\n`;
}

const fillWords = { mean: 'their mean colour', blur: 'the blurred photo', grey: 'grey' } as const;
