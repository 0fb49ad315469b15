import type { z } from 'zod';
import type { ClaimScenes } from '../../analyses/claim-scenes';
import type { SceneSample } from '../../analyses/rival-scenes';
import type { ImageSample } from '../../explain/image/sample';
import type { Network } from '../../explain/network/network';
import type { RunOptions } from '../../explain/progress';
import type { Figure } from '../../plots/figure';
import type { Measure } from '../measurement-cache';
import type { NetworkNames } from '../network-names';
import type { Prose } from '../prose/blocks';
import type { Detail, Subject } from './verdict';

/**
 * Wilson's of a share, Newcombe's of a difference between other scenes, his paired one on the same scenes, and that of a mean
 * over trainings and scenes.
 */
export type IntervalKind = 'wilson' | 'newcombe' | 'paired' | 'crossed';

/** What all claims of a study share. */
export interface ClaimsSettings {
  /** The network that is put to the test, unless a claim names its own. */
  readonly network: string;
  /** Scenes for each claim that does not say how many. */
  readonly scenes: number;
  readonly seed: number;
  /** Which set of drawn scenes. Default: the one that `whylight scenes` draws. */
  readonly set?: 1 | 2;
  /** The claims that are measured, by their ids. Default: all for which the study says what they need. */
  readonly only?: readonly string[];
}

/** What measuring needs from outside. */
export interface ClaimTools extends RunOptions {
  readonly network: (name: string) => Promise<Network>;
  readonly photo: (file: string) => Promise<ImageSample>;
  /** Measures, or finds what was measured before; the result is plain JSON. */
  readonly measure: Measure;
}

/** What a study says of one claim: its own keys beside those that all share. */
export type ClaimSettings<Own extends z.ZodRawShape> = ClaimsSettings &
  ([keyof Own] extends [never] ? unknown : string extends keyof Own ? unknown : z.infer<z.ZodObject<Own>>);

/** What a measured claim may speak of. */
export interface ClaimTelling<Own extends z.ZodRawShape = z.ZodRawShape, Result = unknown> {
  readonly settings: ClaimSettings<Own>;
  /** In the order of `networks`. */
  readonly networks: readonly Network[];
  readonly result: Result;
  readonly names: NetworkNames;
}

/**
 * A statement that drawn scenes can put to the test: all of it in one file, and one line in `index.ts`. Its words say
 * nothing that does not follow from the result.
 */
export interface Claim<Own extends z.ZodRawShape = z.ZodRawShape, Result = unknown> {
  readonly role: 'claim';
  /** `C1`: in the table, as the label of its heading, in a study's `only`. */
  readonly id: string;
  /** `The absolute gradient does not tell classes apart`. */
  readonly title: string;
  /** Names of the methods whose maps it measures. Default: none. */
  readonly methods?: readonly string[];
  /** BibTeX entries that its words cite and reports/references.bib does not have. Default: none. */
  readonly references?: readonly string[];
  /** Which intervals its numbers have beside those of means. Default: none. */
  readonly intervals?: readonly IntervalKind[];
  /** Its own keys in a study's `claims`, each optional. Default: none. */
  readonly keys?: Own;
  /** Lines of YAML under `claims` for a new study, commented out. Default: it has no keys. */
  readonly example?: string;
  /** Names of the networks that it measures; none where the study does not say what it needs. Default: the one of all claims. */
  networks?(settings: ClaimSettings<Own>): readonly string[];
  /** The settings with another name for each photo. Default: it has no photos. */
  withPhotos?(settings: ClaimSettings<Own>, name: (file: string) => string): ClaimSettings<Own>;
  measure(settings: ClaimSettings<Own>, tools: ClaimTools): Promise<Result>;
  /** The scenes that it is measured on, by its networks in their order: `whylight scenes --claims` writes them. Default: none. */
  scenes?(settings: ClaimSettings<Own>, networks: readonly Pick<Network, 'classes' | 'name'>[]): readonly ClaimScenes[];
  /** What the verdicts rest on: one subject for each network or set of pictures. */
  subjects(telling: ClaimTelling<Own, Result>): readonly Subject[];
  /** What stands beside these numbers without a verdict: each class alone, and what chance would give. Default: nothing. */
  details?(telling: ClaimTelling<Own, Result>): { readonly caption: string; readonly rows: readonly Detail[] } | null;
  /** Null where there is nothing to draw. */
  figure(telling: ClaimTelling<Own, Result>): Figure | null;
  /** Its paragraphs in the section of the claims; `figure` is the id to refer to, `table` that of the details. */
  section(telling: ClaimTelling<Own, Result>, figure: string, table: string): readonly Prose[];
  /** A sentence with its number; null: nothing. */
  abstract(telling: ClaimTelling<Own, Result>): Prose | null;
  /** The source report's claim as a clause: `class activation maps separate classes`; null: that report does not make it. */
  readonly introduction: string | null;
  discussion(telling: ClaimTelling<Own, Result>): Prose | null;
  /** What it was measured on: `100 scenes of two animals`. */
  sample(telling: ClaimTelling<Own, Result>): string;
}

/** Checks a claim's parts against each other, and forgets which they are. */
export const defineClaim = <Own extends z.ZodRawShape, Result>(claim: Claim<Own, Result>): Claim =>
  claim as unknown as Claim;

/** Which scenes a study's claims are measured on. */
export const sampleOf = ({ scenes, seed, set }: Omit<ClaimsSettings, 'network'>): SceneSample => ({
  scenes,
  seed,
  ...(set === undefined ? {} : { set }),
});

/** What a claim measures on drawn scenes with the network of all claims. */
export const measureScenes =
  <Result>(
    name: string,
    analyse: (network: Network, sample: SceneSample, run: RunOptions) => Promise<Result>,
  ): Claim<Record<never, never>, Result>['measure'] =>
  async ({ network: card, ...settings }, { network: find, measure, photo: _, ...run }) => {
    const network = await find(card);
    const options = sampleOf(settings);
    const { scenes } = options;
    return measure({ name, detail: `on ${scenes} scenes`, networks: [network], options }, () =>
      analyse(network, options, run),
    );
  };

/** A claim with all that was measured for it. */
export interface MeasuredClaim {
  readonly claim: Claim;
  readonly settings: ClaimsSettings;
  readonly networks: readonly Network[];
  readonly result: unknown;
}
