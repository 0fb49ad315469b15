import { z } from 'zod';
import type { OptionValue } from '../../explain/attribution';
import { findMethod, methods } from '../../explain/methods/index';
import { readOptions } from '../../explain/methods/method-options';
import { occlusionMethod } from '../../explain/methods/occlusion';
import { oneOf } from '../../explain/one-of';
import { animalKinds, backgroundKinds } from '../../scenes/spec';

const oneClass = z.union([z.string().min(1), z.int().min(0)]);

/** What the command line takes: a class, `top1`, `wolf - dog`; the difference of two also as `{ difference: [wolf, dog] }`. */
export const target = z.union([oneClass, z.strictObject({ difference: z.tuple([oneClass, oneClass]) })]);

export const network = z.string().min(1);

const methodName = oneOf(() => methods.map(({ name }) => name));

/** A method by name, or with options of its own: `{ method: smoothgrad, options: { statistic: square } }`. */
export const method = z.union([
  methodName,
  z
    .strictObject({
      method: methodName,
      options: z.record(z.string(), z.custom<OptionValue>()),
    })
    .superRefine(({ method, options }, context) => {
      const { name, schema } = findMethod(method);
      const { mistake } = readOptions(name, schema, options);
      if (mistake === undefined) return;
      context.addIssue({ code: 'custom', message: mistake.words, path: ['options', mistake.option] });
    }),
]);

const { size, stride, fill, seed } = occlusionMethod.schema.shape;

/** Values as the method allows them. */
export const occluder = z.strictObject({
  size: size.unwrap(),
  stride: stride.unwrap(),
  fill: fill.unwrap().optional(),
  seed: seed.unwrap().optional(),
});

const photo = z.union([
  z.strictObject({ file: z.string().min(1) }),
  z.strictObject({
    scene: z.enum(['single', 'competing', 'instances', 'beside-person', 'on-white']),
    kind: z.enum(animalKinds),
    rival: z.enum(animalKinds).optional(),
    count: z.int().min(1).max(6).optional(),
    background: z.enum(backgroundKinds).optional(),
    seed: z.int().min(0),
    set: z.union([z.literal(1), z.literal(2)]).optional(),
  }),
]);

/** What every figure says of itself. */
export const common = {
  id: z.string().regex(/^[a-z][a-z0-9-]*$/, 'small letters, digits and hyphens, a letter first'),
  /** What the picture shows, for captions and sentences: `a wolf in snow`. */
  shows: z.string().min(1),
  photo,
  /** What a photo truly shows, as the network's class; of a drawn scene it is known. Default: not known. */
  truth: z.string().min(1).optional(),
};

const entry = z.object({ kind: z.string(), ...common });

/** A figure as a study asks for it; each kind has more keys of its own. */
export type FigureEntry = z.infer<typeof entry>;
export type StudyPhoto = FigureEntry['photo'];
export type Wanted = z.infer<typeof target>;
type WantedMethod = z.infer<typeof method>;

/** A method's name and its options, none where a study gives none. */
export const methodOf = (entry: WantedMethod) => (typeof entry === 'string' ? { method: entry, options: {} } : entry);
