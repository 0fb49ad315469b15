import { z } from 'zod';
import { WhylightError } from '../explain/errors';
import { readUpTo, reasonOf } from '../explain/files';
import { quoteName } from '../explain/network/weights/quote-name';
import { schemaMistake } from '../explain/schema-mistake';
import { antColours } from './ant';
import { beeColours } from './bee';
import { dogCoats, wolfCoats } from './canine-coat';
import { type LabelledSpec, labelledSpec } from './dataset';
import { corners } from './effects/effect';
import {
  type AnimalKind,
  animalKinds,
  backgroundKinds,
  canineParts,
  distractorKinds,
  insectParts,
  isAnimal,
  type ObjectSpec,
  type SceneSpec,
} from './spec';

const number = z.number();
const seed = z.int().min(0).max(4294967295);
const colour = z.string().regex(/^#[0-9a-f]{6}$/, '#rrggbb');
const placed = {
  x: number.min(-10).max(10),
  y: number.min(-10).max(10),
  size: number.min(0).max(10),
  facing: z.enum(['left', 'right']),
  seed,
};
const palette = { dark: colour, middle: colour, light: colour };
const canine = z.strictObject({
  ...placed,
  kind: z.enum(['dog', 'wolf']),
  pose: z.enum(['stand', 'sit', 'lie']),
  head: z.enum(['profile', 'front']),
  turn: number.min(-90).max(90),
  stride: number.min(-1).max(1),
  shape: z.strictObject({
    skull: z.enum(['dog', 'wolf']),
    ...Object.fromEntries(
      ['legs', 'length', 'bulk', 'neck', 'headSize', 'muzzle', 'ruff', 'bush', 'hair'].map((name) => [
        name,
        number.min(0).max(4),
      ]),
    ),
    ears: z.enum(['upright', 'folded', 'floppy']),
    tail: z.enum(['hanging', 'curled', 'raised']),
  }),
  coat: z.union([
    z.string().max(20),
    z.strictObject({ plan: z.enum(['saddled', 'reversed', 'pied', 'halved', 'brindled']), ...palette }),
  ]),
  collar: colour.nullable(),
  mouth: z.enum(['closed', 'panting']),
  without: z.array(z.enum(canineParts)).max(6).optional(),
});
const insect = z.strictObject({
  ...placed,
  kind: z.enum(['bee', 'ant']),
  view: z.enum(['side', 'top']),
  angle: number.min(-360).max(360),
  flying: z.boolean(),
  colours: z.union([z.string().max(20), z.strictObject({ plan: z.enum(['banded', 'plain', 'tipped']), ...palette })]),
  without: z.array(z.enum(insectParts)).max(6).optional(),
});
const distractor = z.strictObject({ ...placed, kind: z.enum(distractorKinds) });
const gain = number.min(0.1).max(4);
const effect = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('watermark'), corner: z.enum(corners) }),
  z.strictObject({ kind: z.literal('blur'), sigma: number.min(0).max(0.1) }),
  z.strictObject({ kind: z.literal('cast'), gain: z.tuple([gain, gain, gain]) }),
  z.strictObject({ kind: z.literal('exposure'), gain, corner: z.enum(corners) }),
]);
const scene = z.strictObject({
  width: z.int().min(16).max(4096),
  height: z.int().min(16).max(4096),
  name: z.string().min(1).max(100),
  background: z.strictObject({ kind: z.enum(backgroundKinds), seed }),
  horizon: number.min(0).max(1),
  camera: z.enum(['wide', 'close']),
  light: number.min(-1).max(1),
  contact: z.boolean(),
  objects: z.array(z.discriminatedUnion('kind', [canine, insect, distractor])).max(24),
  effects: z.array(effect).max(4).optional(),
});
const line = z.strictObject({ label: z.enum(animalKinds), spec: scene });

/** Some 200 000 scenes. */
const LIMIT_BYTES = 256 * 1024 ** 2;

/** The names that an animal's coat or colours can have in the first set. */
const tables = {
  dog: { key: 'coat', names: Object.keys(dogCoats) },
  wolf: { key: 'coat', names: Object.keys(wolfCoats) },
  bee: { key: 'colours', names: Object.keys(beeColours) },
  ant: { key: 'colours', names: Object.keys(antColours) },
} as const;

/**
 * Reads the scenes that `whylight scenes` wrote as specs, a line of JSON each.
 * @throws WhylightError for a file that cannot be read, is larger than 256 MiB or empty, and for a damaged line, with its number.
 */
export async function readSpecs(file: string): Promise<readonly LabelledSpec[]> {
  const lines = textOf(file).split('\n');
  const specs = lines.flatMap((text, i) => (text.trim() === '' ? [] : [readLine(text, `${file}, line ${i + 1}`)]));
  if (specs.length === 0) throw new WhylightError(`${file} holds no scene (a line of JSON for each)`);
  return specs;
}

function textOf(file: string): string {
  try {
    return readUpTo(file, LIMIT_BYTES).toString('utf8');
  } catch (error) {
    if (error instanceof WhylightError) throw error;
    throw new WhylightError(`cannot read ${file}: ${reasonOf(error)}`, { cause: error });
  }
}

function readLine(text: string, where: string): LabelledSpec {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new WhylightError(`${where}: no JSON`, { cause: error });
  }
  const parsed = line.safeParse(value);
  if (!parsed.success)
    throw new WhylightError(`${where}: ${schemaMistake(line, parsed.error, value, 'the line').sentence}`);
  for (const [i, object] of parsed.data.spec.objects.entries()) {
    if (!isAnimal(object as ObjectSpec)) continue;
    const { key, names } = tables[object.kind as AnimalKind];
    const name = (object as Readonly<Record<string, unknown>>)[key];
    if (typeof name === 'string' && !names.includes(name))
      throw new WhylightError(
        `${where}: spec.objects.${i}.${key} ${quoteName(name)}: not known (allowed: a plan with its colours, or ${names.join(', ')})`,
      );
  }
  // As it was read, so that writing it again gives the same bytes.
  return labelledSpec(parsed.data.label, (value as { readonly spec: SceneSpec }).spec);
}
