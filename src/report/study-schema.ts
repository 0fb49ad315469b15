import { z } from 'zod';
import { claimsSchema } from './claims/index';
import { type FigureEntry, network, type StudyPhoto } from './figures/entry';
import { figureSchema } from './figures/index';
import { trustSchema } from './trust-schema';

/** What a study may say; its figures and claims are of the kinds that there are when it is asked for. */
export const studySchema = () =>
  z.strictObject({
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
    /** Modules beside the study with methods, kinds of figures, claims and architectures of one's own. */
    with: z.array(z.string().min(1)).optional(),
    figures: z.array(figureSchema()).min(1),
    claims: claimsSchema().optional(),
    trust: trustSchema().optional(),
  });

/** A report's parameters: which photos, which networks, which options. */
export type Study = z.infer<ReturnType<typeof studySchema>>;
export type StudyFigure = FigureEntry;
export type { StudyPhoto };
