import { createHash } from 'node:crypto';
import { z } from 'zod';
import { WhylightError } from '../../errors';
import type { Look } from '../../look';
import { parseOptions } from '../../methods/method-options';
import type { MeasuredMap, Thing } from '../define-measure';

/** A method's map of another photo that the same network sees. */
export interface OtherMap {
  /** sha256 (hex) of that photo. */
  readonly photo: string;
  readonly map: MeasuredMap;
}

/** What a baseline may be made of. */
export interface BaselineCase {
  readonly look: Look;
  readonly seed: number;
  /** Objects of other photos, not of this one, each height × width of the input; not 0 inside. */
  readonly masks?: readonly Uint8Array[] | null;
  /** Null where the scene cannot be drawn again. */
  readonly things?: readonly Thing[] | null;
  /** A method's map of this photo. */
  readonly map?: MeasuredMap | null;
  /** The same method's maps of the photos of the set. */
  readonly others?: readonly OtherMap[] | null;
}

/** What a baseline knows, in the order in which more is known. */
export const baselineKnowledge = {
  nothing: 'nothing but the input’s size',
  set: 'other photos’ objects',
  photo: 'the photo’s pixels',
  map: 'a method’s map',
  truth: 'what drawing the scene again says',
} as const;

/** What a person wants to know of a baseline, and what the paper says of it. */
// biome-ignore lint/suspicious/noExplicitAny: a list of baselines holds baselines of all kinds of options.
interface Description<S extends z.ZodObject = any> {
  /** As the command line, studies and files name it: `centre`. */
  readonly name: string;
  readonly title: string;
  readonly knows: keyof typeof baselineKnowledge;
  /** What it is: a predicate for the paper, `draws a value for each pixel by lot`. */
  readonly sentence: string;
  /** What a method that is no better than it has not shown. */
  readonly caution: string;
  /** Its options: each with its default, and `description` in its meta. */
  readonly schema: S;
}

interface BaselineDescription<S extends z.ZodObject> extends Description<S> {
  /**
   * Height × width of the input; null where the case lacks what it is made of.
   * @param random a seed for this baseline and this photo.
   */
  readonly values: (at: BaselineCase, options: z.output<S>, random: number) => Values | null;
}

interface Values {
  readonly values: Float32Array;
  /** The map that it was made of, whose name leads its own and whose sign it has. Default: none. */
  readonly from?: MeasuredMap;
}

/** A map that no network made, or none of this photo: what a measure says of nothing. */
// biome-ignore lint/suspicious/noExplicitAny: as above.
export interface Baseline<S extends z.ZodObject = any> extends Description<S> {
  /** Options checked, with defaults. Throws WhylightError. */
  parse(options: object): z.output<S>;
  /**
   * The same numbers for the same photo, seed and options; null where the case lacks what it is made of. It cannot be
   * made again, and what it costs is not counted.
   * @throws WhylightError for options that cannot be, and for masks and maps of another size than the input.
   */
  map(at: BaselineCase, options?: z.input<S>): MeasuredMap | null;
}

/** A baseline from its one description. */
export function defineBaseline<S extends z.ZodObject>(description: BaselineDescription<S>): Baseline<S> {
  const { name, schema, values } = description;
  const parse = (options: object) => parseOptions(name, schema.strict(), options) as z.output<S>;
  return {
    ...description,
    parse,
    map: (at, options = {} as never) => {
      const settings = parse(options);
      checkSizes(name, at);
      const result = values(at, settings, seedOf(name, at));
      if (result === null) return null;
      const { from } = result;
      return {
        name: from === undefined ? name : `${from.name}-${name}`,
        values: result.values,
        signed: from?.signed ?? false,
        seeded: false,
        remake: null,
        cost: null,
      };
    },
  };
}

/** A whole number from 0 to 2³² − 1 that differs between baselines and photos. */
function seedOf(name: string, { look, seed }: BaselineCase): number {
  return createHash('sha256').update(`${name} ${seed} ${look.photo.sha256}`).digest().readUInt32LE(0);
}

function checkSizes(name: string, { look, masks, things, map, others }: BaselineCase): void {
  const { height, width } = look.input;
  const arrays = [
    ...(masks ?? []),
    ...(things ?? []).map(({ mask }) => mask),
    ...[...(map ? [map] : []), ...(others ?? []).map((other) => other.map)].map(({ values }) => values),
  ];
  const wrong = arrays.find(({ length }) => length !== height * width);
  if (wrong === undefined) return;
  throw new WhylightError(
    `${name}: a mask or map of ${wrong.length} values (allowed: ${height}×${width}, the network’s input)`,
  );
}

/** Of a baseline that takes none. */
export const noOptions = z.strictObject({});
