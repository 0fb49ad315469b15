import { z } from 'zod';
import { WhylightError } from '../../explain/errors';
import { absoluteGradient } from './absolute-gradient';
import { background } from './background';
import type { Claim, ClaimsSettings } from './claim';
import { instances } from './instances';
import { pooling } from './pooling';
import { rival } from './rival';
import { separation } from './separation';

const list: Claim[] = [absoluteGradient, background, rival, separation, instances, pooling];

/** The claims, in the order in which a paper tests them. */
export const claims = (): readonly Claim[] => list;

/**
 * Adds a claim for as long as the program runs: studies can then name it and what it needs.
 * @param replaces puts it in the place of the one of its id. Default false.
 * @throws WhylightError where its id or one of its keys is taken.
 */
export function addClaim(claim: Claim, replaces = false): void {
  const parts = ['id', 'title', 'measure', 'subjects', 'section'] as const;
  const missing = parts.find((part) => claim[part] === undefined);
  if (missing !== undefined) throw new WhylightError(`a claim without ${missing} (needed: ${parts.join(', ')})`);
  const place = list.findIndex(({ id }) => id === claim.id);
  if (!replaces && place >= 0) throw new WhylightError(`there is a claim ${claim.id} already`);
  const own = replaces ? (list[place]!.keys ?? {}) : {};
  const duplicate = Object.keys(claim.keys ?? {}).find((key) => key in shape() && !(key in own));
  if (duplicate !== undefined) throw new WhylightError(`claim ${claim.id} needs the key ${duplicate}, which is taken`);
  list.splice(replaces ? place : list.length, replaces ? 1 : 0, claim);
}

const shape = (): z.ZodRawShape => ({
  /** The network whose maps are put to the test on drawn scenes. */
  network: z.string().min(1),
  /** Scenes for each claim that does not say how many. */
  scenes: z.int().min(4).max(1000),
  seed: z.int().min(0),
  /** Which set of drawn scenes. Default: the one that `whylight scenes` draws. */
  set: z.literal([1, 2]).optional(),
  only: z
    .array(z.enum(list.map(({ id }) => id)))
    .min(1)
    .optional(),
  ...Object.assign({}, ...list.map(({ keys }) => keys)),
});

/** Names of the networks that a claim measures. */
export const claimNetworks = (claim: Claim, settings: ClaimsSettings): readonly string[] =>
  claim.networks?.(settings) ?? [settings.network];

/** What a study may say of claims. */
export const claimsSchema = (): z.ZodType<ClaimsSettings> => {
  const schema = z.strictObject(shape()) as unknown as z.ZodType<ClaimsSettings>;
  return schema.superRefine((settings, context) => {
    const lacking = list.find(
      (claim) => settings.only?.includes(claim.id) && claimNetworks(claim, settings).length === 0,
    );
    if (lacking === undefined) return;
    const message = `${lacking.id} needs claims.${Object.keys(lacking.keys ?? {}).join(' and claims.')}`;
    context.addIssue({ code: 'custom', path: ['only'], message });
  });
};

/** The claims that a study measures: those that it names, or all for which it says what they need. */
export const measuredBy = (settings: ClaimsSettings): readonly Claim[] =>
  list.filter((claim) => (settings.only?.includes(claim.id) ?? true) && claimNetworks(claim, settings).length > 0);

/** The settings with another name for each photo of the claims that are measured. */
export const withPhotoNames = (settings: ClaimsSettings, name: (file: string) => string): ClaimsSettings =>
  measuredBy(settings).reduce((result, claim) => claim.withPhotos?.(result, name) ?? result, settings);

/** The photo files that a study's claims need. */
export function claimPhotos(settings: ClaimsSettings): readonly string[] {
  const files: string[] = [];
  withPhotoNames(settings, (file) => {
    files.push(file);
    return file;
  });
  return files;
}

/** Lines of YAML that show a new study which claims there are, and what it may say of them. */
export const claimExamples = (): string =>
  [
    '  # Which claims are measured. Default: all for which the study says what they need.',
    `  # only: [${list.map(({ id }) => id).join(', ')}]`,
    ...list.flatMap(({ id, title, example }) => [`  # ${id}: ${title}.`, ...(example === undefined ? [] : [example])]),
  ].join('\n');
