import type { ImageSample } from '../../src/explain/image/sample';

/** The detectors of `scenes-colours` as docs/provable.md has them: colour weights, threshold, weights in the head. */
export const detectors = [
  { colours: [-0.5, 1, -0.5], threshold: 1 / 32, dog: 16, wolf: 0 },
  { colours: [-0.5, -0.5, 1], threshold: 1 / 64, dog: 0, wolf: 64 },
  { colours: [1, -0.5, -0.5], threshold: 1 / 2, dog: 16, wolf: 0 },
] as const;

type Detector = (typeof detectors)[number];

/** Each pixel's colours, 0 to 1, with what a function makes of them. */
export const ofPixels = ({ pixels }: Pick<ImageSample, 'pixels'>, of: (colour: readonly number[]) => number) =>
  Array.from({ length: pixels.length / 3 }, (_, i) => of([0, 1, 2].map((c) => pixels[3 * i + c]! / 255)));

/** A detector before its ReLU. */
export const excess = ({ colours, threshold }: Detector, colour: readonly number[]) =>
  colours.reduce<number>((sum, weight, c) => sum + weight * colour[c]!, -threshold);

/** What a pixel of a colour adds to the sum of which the logit is the mean. */
export const colourWorth = (colour: readonly number[], weight: (one: Detector) => number) =>
  detectors.reduce((sum, one) => sum + weight(one) * Math.max(0, excess(one, colour)), 0);

export const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
