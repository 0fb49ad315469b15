import { z } from 'zod';
import { channelOrders, fits, type Preprocessing } from '../image/preprocessing';

const side = z.int().min(1).max(4096);
const positive = z.number().positive();
const each = <T extends z.ZodType>(value: T) => z.union([value, z.array(value)]);

/** x/127 − 1 is what Teachable Machine's own library computes. */
export const scales = ['0-1', '0-255', '-1-1', 'x/127-1', 'imagenet', 'caffe'] as const;
export type Scale = (typeof scales)[number];

const imagenetMean = [0.485, 0.456, 0.406] as const;
const imagenetStd = [0.229, 0.224, 0.225] as const;
/** Of blue, green and red, in bytes. */
const caffeMean = [103.939, 116.779, 123.68] as const;

const keys = {
  /** Short side in px, `[height, width]`, or null for none. */
  resize: z.union([side, z.tuple([side, side])]).nullable(),
  /** Of the resize; bilinear where it is left out. */
  interpolation: z.enum(['bilinear', 'bicubic']).optional(),
  crop: z.union([side, z.tuple([side, side])]),
  /** Per channel of the input, on the 0–1 scale; one number: of all. */
  mean: each(z.number()).optional(),
  std: each(positive).optional(),
  /** What mean and std are together, by name. */
  scale: z.enum(scales).optional(),
  channels: z.enum(channelOrders).optional(),
  fit: z.enum(fits).optional(),
};

type Values = Pick<z.infer<z.ZodObject<typeof keys>>, 'mean' | 'std' | 'scale' | 'channels'>;

/** What is wrong with a scale: the key, and the words behind it; null where nothing is. */
function scaleMistake({ mean, std, scale }: Values, isWhole: boolean): readonly [string, string] | null {
  const either = mean !== undefined || std !== undefined;
  if (scale !== undefined) {
    return either ? ['scale', 'says what mean and std say, too (allowed: one of the two ways)'] : null;
  }
  if (!isWhole && !either) return null;
  if (mean === undefined)
    return ['mean', 'missing (allowed: a number, a list of them, or scale in place of mean and std)'];
  return std === undefined ? ['std', 'missing (allowed: a number above 0, or a list of them)'] : null;
}

/** The same of what does not fit the channels. */
function channelMistake({ mean, std, scale, channels }: Values): readonly [string, string] | null {
  const count = channelCount(channels);
  const wrong = Object.entries({ mean, std }).find(([, list]) => Array.isArray(list) && list.length !== count);
  if (wrong !== undefined) return [wrong[0], `unusable (allowed: a list of ${count}; or one number)`];
  if (channels !== 'grey' || (scale !== 'imagenet' && scale !== 'caffe')) return null;
  return ['scale', 'is of three colours (allowed for grey: 0-1, 0-255, -1-1, x/127-1)'];
}

const consistent = (isWhole: boolean) => (value: unknown, context: z.core.$RefinementCtx) => {
  for (const mistake of [scaleMistake(value as Values, isWhole), channelMistake(value as Values)]) {
    if (mistake !== null) context.addIssue({ code: 'custom', path: [mistake[0]], message: mistake[1] });
  }
};

/** Channels of a network's input. */
const channelCount = (channels: Preprocessing['channels']): 1 | 3 => (channels === 'grey' ? 1 : 3);

/** How a photo becomes a network's input, as a card says it. */
export const preprocessingSchema = z.strictObject(keys).superRefine(consistent(true));

/** The same for a network that says part of it itself. */
export const partialPreprocessingSchema = z
  .strictObject({ ...keys, resize: keys.resize.optional(), crop: keys.crop.optional() })
  .superRefine(consistent(false));

const filled = (value: number | readonly number[], count: number) =>
  typeof value === 'number' ? new Array<number>(count).fill(value) : value;

/** Mean and std of a named scale, in the order of the channels. */
export function scaleValues(
  scale: Scale,
  channels: Preprocessing['channels'] = 'rgb',
): Pick<Preprocessing, 'mean' | 'std'> {
  const count = channelCount(channels);
  const same = (mean: number, std: number) => ({ mean: filled(mean, count), std: filled(std, count) });
  const ordered = (values: readonly number[]) => (channels === 'bgr' ? [...values].reverse() : [...values]);
  switch (scale) {
    case '0-1':
      return same(0, 1);
    case '0-255':
      return same(0, 1 / 255);
    case '-1-1':
      return same(0.5, 0.5);
    case 'x/127-1':
      return same(127 / 255, 127 / 255);
    case 'imagenet':
      return { mean: ordered(imagenetMean), std: ordered(imagenetStd) };
    case 'caffe':
      return {
        mean: ordered([...caffeMean].reverse().map((value) => value / 255)),
        std: filled(1 / 255, 3),
      };
  }
}

/** Mean and std of a card's preprocessing; null where it says neither. */
export function cardScale({ mean, std, scale, channels }: Values): Pick<Preprocessing, 'mean' | 'std'> | null {
  if (scale !== undefined) return scaleValues(scale, channels);
  const count = channelCount(channels);
  return mean === undefined || std === undefined ? null : { mean: filled(mean, count), std: filled(std, count) };
}

/** A card's whole preprocessing. */
export function cardPreprocessing(card: z.infer<typeof preprocessingSchema>): Preprocessing {
  const { mean: _, std: __, scale: ___, crop, ...rest } = card;
  return { ...rest, crop: typeof crop === 'number' ? [crop, crop] : crop, ...cardScale(card)! };
}

/** The scale's name, where mean and std are those of one. */
export function scaleName({ mean, std, channels }: Pick<Preprocessing, 'mean' | 'std' | 'channels'>): Scale | null {
  const near = (a: readonly number[], b: readonly number[]) =>
    a.length === b.length && a.every((value, i) => Math.abs(value - b[i]!) < 1e-6 * Math.max(1e-3, Math.abs(b[i]!)));
  const candidates = scales.filter((scale) => channels !== 'grey' || !['imagenet', 'caffe'].includes(scale));
  return (
    candidates.find((scale) => {
      const values = scaleValues(scale, channels);
      return near(mean, values.mean) && near(std, values.std);
    }) ?? null
  );
}
