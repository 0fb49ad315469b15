import { z } from 'zod';
import { measures } from '../explain/measures';
import { methods } from '../explain/methods';
import { network } from './figures/entry';

/** What a study may say of the section on which of its maps can be believed. */
export const trustSchema = () =>
  z.strictObject({
    /** Of drawn animals; a table each. */
    networks: z.array(network).min(1).max(4),
    /** Drawn scenes for each of them. */
    scenes: z.int().min(6).max(1000).default(20),
    seed: z.int().min(0).default(1),
    methods: z
      .array(z.enum(methods.map(({ name }) => name) as [string, ...string[]]))
      .min(2)
      .default(['saliency', 'integrated-gradients', 'guided-backpropagation', 'occlusion', 'grad-cam']),
    measures: z
      .array(z.enum(measures.map(({ name }) => name) as [string, ...string[]]))
      .min(1)
      .default(['symmetric-relevance-gain', 'randomisation', 'relevance-mass', 'redrawn-order', 'redrawn-share']),
  });

export type TrustStudy = z.infer<ReturnType<typeof trustSchema>>;

/** The part of a starting study, with its comments. */
export const trustExample = `# Which of the maps can be believed? On drawn scenes, measured beside maps that know nothing.
# trust:
#   networks: [scenes-fair]
#   scenes: 20
#   methods: [saliency, guided-backpropagation, occlusion, grad-cam]
#   measures: [symmetric-relevance-gain, randomisation, relevance-mass, redrawn-order]`;
