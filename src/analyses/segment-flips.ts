import { type Answer, answerOf } from '../explain/decision-margin';
import { listAllowed, WhylightError } from '../explain/errors';
import { prepareInput } from '../explain/image/prepare';
import type { Preprocessing } from '../explain/image/preprocessing';
import type { ImageSample } from '../explain/image/sample';
import { fillPicture } from '../explain/measures/fill-removed';
import { meanColours, type Superpixels, superpixels } from '../explain/methods/superpixels';
import { forward } from '../explain/network/executors/forward';
import type { Network } from '../explain/network/network';
import { type RunOptions, withAmbient, yieldToEvents } from '../explain/progress';
import { type Estimate, estimateShare } from '../explain/statistics/estimate';
import { findClass } from '../explain/target';
import type { Figure } from '../plots/figure';
import { flipPanel } from '../plots/flip-panel';
import { type SmallestChange, smallestChange } from './smallest-change';

/** What takes a segment's place: its own mean colour, the blurred picture, or grey (128). */
export const segmentFills = ['mean', 'blur', 'grey'] as const;
export type SegmentFill = (typeof segmentFills)[number];

/** How photos without masks are searched. */
export interface SegmentFlipsOptions extends RunOptions {
  /** Only photos that are answered with this class, by label or index. Default: any. */
  readonly from?: string | number;
  /** The class that must become the answer. Default: any other. */
  readonly to?: string | number;
  /** Segments of the picture, about. Default 50. */
  readonly segments?: number;
  /** Default `mean`. */
  readonly fill?: SegmentFill;
}

/** One photo and the smallest set of segments that turns its answer. */
export interface SegmentFlip {
  readonly subject: string;
  readonly before: Answer;
  readonly change: SmallestChange;
  /** Of a change that turns the answer; null where none did. */
  readonly figure: Figure | null;
}

/** What leaving out segments does to a network's answers. */
export interface SegmentFlips {
  readonly network: string;
  readonly title: string;
  readonly fill: SegmentFill;
  /** Photos, and those of them that were tried: all, or those answered with `from`. */
  readonly subjects: number;
  readonly eligible: number;
  /** Share of the tried photos whose answer a change of segments turns (Wilson's interval); null where none was tried. */
  readonly share: Estimate | null;
  /** The tried photos: those that turn first, the smallest area first; then the others, the nearest miss first. */
  readonly flips: readonly SegmentFlip[];
}

/**
 * Which smallest set of segments (SLIC) of a photo turns the decision when it is filled: one by one as `decisionFlip` does,
 * so that none of them can be left out. Segments of the object count like those of the background: without a mask nobody
 * knows which is which.
 *
 * @param photos with a name for each.
 * @throws WhylightError for a network whose labels do not exclude one another, an unknown class or fill, no photos, and
 *   numbers that cannot be; AbortedError when interrupted.
 */
export async function segmentFlips(
  network: Network,
  photos: readonly { readonly name: string; readonly photo: ImageSample }[],
  options: SegmentFlipsOptions = {},
): Promise<SegmentFlips> {
  const { segments = 50, fill = 'mean', from, to, onProgress, ...run } = withAmbient(options);
  if (!Number.isInteger(segments) || segments < 2)
    throw new WhylightError(`segments: ${segments} (allowed: whole numbers from 2)`);
  if (!segmentFills.includes(fill)) throw new WhylightError(`fill: ${fill} (allowed: ${listAllowed(segmentFills)})`);
  if (photos.length === 0) throw new WhylightError('no photos to search (needed: one)');
  const fromClass = from === undefined ? null : findClass(network, from);
  const toClass = to === undefined ? null : findClass(network, to);
  const flips: SegmentFlip[] = [];
  for (const [i, { name, photo }] of photos.entries()) {
    const own = prepareInput(photo, network.preprocessing);
    const before = answerOf(network, forward(network, own.values));
    if ((fromClass === null || before.index === fromClass) && before.index !== toClass) {
      const pieces = superpixels(own.image, { count: segments });
      const other = filled(own.image, pieces, fill);
      const replacement = prepareInput(other, asItIs(network.preprocessing)).values;
      const exchange = { own, replacement, regions: pieces.labels, to: toClass };
      const { change, mask } = await smallestChange(network, exchange, { ...run, onProgress: () => undefined });
      const panel = { subject: name, network: network.title, before, own: own.image, other, changed: mask, change };
      flips.push({
        subject: name,
        before,
        change,
        figure: change.turned ? flipPanel({ ...panel, background: null, after: change.answer }) : null,
      });
    }
    onProgress?.({ label: 'photos without segments', done: i + 1, total: photos.length });
    await yieldToEvents(run.signal);
  }
  const order = ({ change }: SegmentFlip) => (change.turned ? change.area : 1 + Math.abs(change.after.difference));
  const turned = flips.filter(({ change }) => change.turned).length;
  return {
    network: network.name,
    title: network.title,
    fill,
    subjects: photos.length,
    eligible: flips.length,
    share: flips.length === 0 ? null : estimateShare(turned, flips.length),
    flips: flips.sort((a, b) => order(a) - order(b)),
  };
}

/** The preprocessing of a picture that has the input's size already. */
function asItIs({ fit: _, ...preprocessing }: Preprocessing): Preprocessing {
  return { ...preprocessing, resize: null };
}

/** A picture with every segment filled. */
function filled(image: ImageSample, pieces: Superpixels, fill: SegmentFill): ImageSample {
  const { width, height } = image;
  const values = Float32Array.from(image.pixels);
  if (fill === 'grey') return { ...image, pixels: new Uint8Array(values.length).fill(128) };
  if (fill === 'blur') {
    const unit = { mean: [0, 0, 0], std: [1, 1, 1], resize: null, crop: [height, width] } as const;
    const input = { ...image, values, image, crop: { x: 0, y: 0, width, height } };
    const blurred = fillPicture(input, unit, 'blur', 0);
    return { ...image, pixels: Uint8Array.from(blurred, Math.round) };
  }
  const colours = meanColours(values, pieces);
  return {
    ...image,
    pixels: image.pixels.map((_, i) => Math.round(colours[3 * pieces.labels[Math.floor(i / 3)]! + (i % 3)]!)),
  };
}
