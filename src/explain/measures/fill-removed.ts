import type { NetworkInput, Preprocessing } from '../image/preprocessing';
import { fillImage } from '../methods/occluder-fill';
import { gaussian, seededRandom } from '../random';
import { imputeLinearly } from './linear-imputation';

/** What stands where pixels were removed. */
export const removalFills = ['black', 'zero', 'mean', 'blur', 'rise-blur', 'noise', 'road'] as const;
export type RemovalFill = (typeof removalFills)[number];
/** Those that are one picture, whatever is removed. */
export const pictureFills = ['black', 'zero', 'mean', 'blur', 'rise-blur', 'noise'] as const;
export type PictureFill = (typeof pictureFills)[number];

/** For the options of measures that remove pixels. */
export const fillWords =
  'black: 0 in pixel space; zero: 0 after preprocessing (the training data’s mean colour); mean: the photo’s mean colour; ' +
  'blur: the photo blurred over a sixteenth of its longer side; rise-blur: by RISE’s Gaussian of 11 px, σ 5; noise: uniform noise';
export const roadWords = 'road: each pixel the mean of its neighbours, removed ones too, and noise of 0.01 (ROAD)';

/** Standard deviation of ROAD’s noise, in the network’s normalised values, as its authors’ code has it. */
const NOISE = 0.01;

/** Puts the fill where `removed` is not 0 (H×W) into a copy of the input (H×W×C). */
export type Removal = (into: Float32Array, removed: Uint8Array) => void;

/**
 * A way to remove pixels of one input. ROAD’s noise is one field, the same in every copy.
 * @param seed of the noise.
 */
export function openRemoval(
  input: NetworkInput,
  preprocessing: Preprocessing,
  fill: RemovalFill,
  seed: number,
): Removal {
  if (fill !== 'road') {
    const picture = fillPicture(input, preprocessing, fill, seed);
    return (into, removed) => {
      const channels = into.length / removed.length;
      for (let i = 0; i < removed.length; i++) {
        if (removed[i] === 0) continue;
        for (let at = i * channels; at < (i + 1) * channels; at++) into[at] = picture[at]!;
      }
    };
  }
  const normal = gaussian(seededRandom(seed));
  const noise = input.values.map(() => NOISE * normal());
  const mean = fillPicture(input, preprocessing, 'mean', seed);
  return (into, removed) => {
    const channels = into.length / removed.length;
    // Where nothing is left, no neighbour says what was there.
    if (removed.every((gone) => gone !== 0)) into.set(mean);
    else imputeLinearly(into, removed, [input.height, input.width]);
    for (let i = 0; i < into.length; i++) if (removed[Math.floor(i / channels)] !== 0) into[i]! += noise[i]!;
  };
}

/** What a fill shows with every pixel removed, H×W×C, normalised. */
export function fillPicture(
  input: NetworkInput,
  preprocessing: Preprocessing,
  fill: PictureFill,
  seed: number,
): Float32Array {
  if (fill === 'rise-blur') return riseBlur(input);
  const radius = Math.ceil(Math.max(input.height, input.width) / 16);
  return fillImage(input, preprocessing, fill, radius, seed);
}

/** RISE’s blur, zeros beyond the edge, as its authors’ code has it. */
function riseBlur({ values, height, width }: NetworkInput): Float32Array {
  const taps = riseTaps();
  const reach = (taps.length - 1) / 2;
  const channels = values.length / (height * width);
  const along = (source: Float32Array, step: number, length: number) =>
    source.map((_, i) => {
      const place = Math.floor(i / step) % length;
      let sum = 0;
      for (let d = Math.max(-reach, -place); d <= Math.min(reach, length - 1 - place); d++) {
        sum += taps[d + reach]! * source[i + d * step]!;
      }
      return sum;
    });
  return along(along(values, channels, width), channels * width, height);
}

/** A point in the middle of 11 px, blurred by a Gaussian of σ 5 up to 4 σ that the ends throw back: flatter than the Gaussian. */
function riseTaps(): Float64Array {
  const [length, sigma, reach] = [11, 5, 20];
  const taps = new Float64Array(length);
  let total = 0;
  for (let d = -reach; d <= reach; d++) {
    const weight = Math.exp(-(d ** 2) / (2 * sigma ** 2));
    const place = ((((length - 1) / 2 + d) % (2 * length)) + 2 * length) % (2 * length);
    taps[place < length ? place : 2 * length - 1 - place]! += weight;
    total += weight;
  }
  return taps.map((tap) => tap / total);
}
