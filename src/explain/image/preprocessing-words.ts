import type { Preprocessing } from './preprocessing';

const size = (px: Preprocessing['resize']) => (typeof px === 'number' ? `${px}` : px!.join('×'));

/** How a photo is made to fit: `its short side is resized to 256 px, and its middle 224×224 px are cut out`. */
function placingWords({ resize, crop, fit }: Preprocessing): string {
  const input = size(crop);
  if (fit === 'stretch') return `a photo is pulled to ${input} px`;
  if (fit === 'pad') return `a photo is resized until it fits into ${input} px, and padded with black`;
  if (resize === null) return `the middle ${input} px of a photo are cut out, without a resize`;
  if (typeof resize === 'number')
    return `a photo’s short side is resized to ${resize} px, and the middle ${input} px are cut out`;
  const how = fit === 'crop' ? `resized until it covers ${size(resize)} px` : `pulled to ${size(resize)} px`;
  return `a photo is ${how}${fit !== 'crop' && size(resize) === input ? '' : `, and the middle ${input} px are cut out`}`;
}

const channelWords = {
  rgb: 'red, green, blue',
  bgr: 'blue, green, red',
  grey: 'grey (0.299 red + 0.587 green + 0.114 blue)',
} as const;

const number = (value: number) => String(Number(value.toPrecision(4)));
const list = (values: readonly number[]) =>
  values.every((value) => value === values[0]) ? number(values[0]!) : values.map(number).join(', ');

/** `each pixel from 0 to 1, less 0.485, 0.456, 0.406, divided by 0.229, 0.224, 0.225`. */
function scaleWords({ mean, std }: Preprocessing): string {
  const [least, most] = [mean.map((m, i) => -m / std[i]!), mean.map((m, i) => (1 - m) / std[i]!)];
  const even = (values: readonly number[]) => values.every((value) => Math.abs(value - values[0]!) < 1e-9);
  if (even(least) && even(most)) return `each pixel from ${number(least[0]!)} to ${number(most[0]!)}`;
  return `each pixel from 0 to 1, less ${list(mean)}, divided by ${list(std)}`;
}

/** What becomes of a photo before a network sees it, in words. */
export function preprocessingWords(preprocessing: Preprocessing): string {
  const { channels = 'rgb' } = preprocessing;
  return `${placingWords(preprocessing)}; ${channelWords[channels]}; ${scaleWords(preprocessing)}`.replaceAll('-', '−');
}
