import { z } from 'zod';
import { methods } from '../explain/methods/index';
import { occlusionFills } from '../explain/methods/occluder-fill';
import { animalKinds, backgroundKinds } from '../scenes/spec';

const pixels = z.union([z.int().min(1), z.tuple([z.int().min(1), z.int().min(1)])]);
const oneClass = z.union([z.string().min(1), z.int().min(0)]);
/** What the command line takes: a class, `top1`, `wolf - dog`; the difference of two also as `{ difference: [wolf, dog] }`. */
const target = z.union([oneClass, z.strictObject({ difference: z.tuple([oneClass, oneClass]) })]);
const network = z.string().min(1);

/** A method by name, or with options of its own: `{ method: smoothgrad, options: { statistic: square } }`. */
const method = z.union([
  z.enum(methods.map(({ name }) => name)),
  z.strictObject({
    method: z.enum(methods.map(({ name }) => name)),
    options: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])),
  }),
]);

const occluder = z.strictObject({
  size: pixels,
  stride: pixels,
  fill: z.enum(occlusionFills).optional(),
  seed: z.int().min(0).optional(),
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
  }),
]);

/** What every figure says of itself. */
const common = {
  id: z.string().regex(/^[a-z][a-z0-9-]*$/, 'small letters, digits and hyphens, a letter first'),
  /** What the picture shows, for captions and sentences: `a wolf in snow`. */
  shows: z.string().min(1),
  photo,
  /** What a photo truly shows, as the network's class; of a drawn scene it is known. Default: not known. */
  truth: z.string().min(1).optional(),
  /** What is explained, one target. Default: the best class. */
  target: target.optional(),
};

const { target: _, ...shared } = common;

const figure = z.discriminatedUnion('kind', [
  /** A photo and its saliency map. */
  z.strictObject({ kind: z.literal('saliency'), ...common, network }),
  /** The target's probability for each position of one or two occluders; of a difference of classes, the difference. */
  z.strictObject({ kind: z.literal('occlusion'), ...common, network, occluders: z.array(occluder).min(1).max(2) }),
  /** The activation maps of the target and of a rival. Default rival: the best class that is not the target. */
  z.strictObject({ kind: z.literal('cam'), ...common, network, rival: target.optional() }),
  /** A photo, its saliency map and its deconvolution. */
  z.strictObject({ kind: z.literal('deconvolution'), ...common, network }),
  /** The most active channels of layers at several depths. */
  z.strictObject({
    kind: z.literal('features'),
    ...shared,
    network,
    layers: z.array(z.string().min(1)).min(1).max(6),
    channels: z.int().min(1).max(12).default(5),
  }),
  /** Pictures made from noise that the network answers to: classes (default: the photo's two best), or channels. */
  z.strictObject({
    kind: z.literal('maximised'),
    ...shared,
    network,
    targets: z.array(target).min(1).max(4).optional(),
    channels: z
      .array(z.strictObject({ layer: z.string().min(1), channel: z.int().min(0) }))
      .min(1)
      .max(4)
      .optional(),
    steps: z.int().min(1).max(2000).default(128),
    seed: z.int().min(0).default(0),
  }),
  /** One method for two to four classes, on one scale; `top3` names three. */
  z.strictObject({
    kind: z.literal('classes'),
    ...shared,
    network,
    method: method.default('cam'),
    targets: z.array(target).min(1).max(4),
  }),
  /** Several methods side by side. */
  z.strictObject({
    kind: z.literal('methods'),
    ...common,
    network,
    methods: z.array(method).min(2).max(20).default(['saliency', 'occlusion', 'cam']),
    occluder,
  }),
  /** One method for two networks on one photo. */
  z.strictObject({
    kind: z.literal('networks'),
    ...common,
    networks: z.tuple([network, network]),
    method: z.enum(['saliency', 'cam']),
  }),
]);

const claims = z.strictObject({
  /** The network whose maps are put to the test on drawn scenes. */
  network,
  /** Networks of the drawn animals whose training backgrounds differ, and scenes of each background for them. */
  background: z.strictObject({ networks: z.array(network).min(1).max(4), scenes: z.int().min(8).max(2000) }).optional(),
  /** Networks alike but for their pooling, the one with global average pooling first, and scenes for their maps. */
  pooling: z.strictObject({ networks: z.array(network).min(2).max(3), scenes: z.int().min(4).max(1000) }).optional(),
  /** Scenes for each of the other claims. */
  scenes: z.int().min(4).max(1000),
  seed: z.int().min(0),
  /** Photos on which the correlation of two classes' maps is measured as well, and the network for it. */
  photos: z.strictObject({ network, files: z.array(z.string().min(1)).min(2) }).optional(),
});

export const studySchema = z.strictObject({
  /** The study whose values hold where this one has none of its own: read before the rest is checked. */
  extends: z.string().min(1).optional(),
  title: z.string().min(1),
  authors: z.array(z.string().min(1)).min(1),
  /** Where the pictures come from, as a phrase. */
  data: z.string().min(1),
  page: z.enum(['a4', 'letter']).default('a4'),
  /** Font files for letters that the embedded fonts lack, asked in turn. */
  fonts: z.array(z.string().min(1)).default([]),
  /** Names that figures and claims use for networks: the card behind each, and how sentences speak of it. */
  networks: z
    .record(
      z.string().min(1),
      z.strictObject({
        card: network,
        /** As a noun: `the fair classifier`. Default: the card's title. */
        called: z.string().min(1).optional(),
        /** How it came about, after `It was`: `trained on scenes with random backgrounds`. */
        about: z.string().min(1).optional(),
      }),
    )
    .default({}),
  /** Names that figures and claims use for photos, and the file behind each. */
  photos: z.record(z.string().min(1), z.string().min(1)).default({}),
  figures: z.array(figure).min(1),
  claims: claims.optional(),
});

/** A report's parameters: which photos, which networks, which options. */
export type Study = z.infer<typeof studySchema>;
export type StudyFigure = Study['figures'][number];
export type StudyPhoto = StudyFigure['photo'];
export type StudyClaims = NonNullable<Study['claims']>;
