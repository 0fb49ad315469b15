import type { Network } from '../explain/network/network';
import type { Block, Prose } from './prose/blocks';

/** What the claims that a study measures say in the paper; what was not measured is not in it. */
export interface ClaimsReport {
  /** How many claims were put to numbers. */
  readonly count: number;
  /** Every network that something was measured on. */
  readonly networks: readonly Network[];
  /** Names of the methods whose maps were measured: `saliency`, `cam`, `grad-cam`. */
  readonly methods: readonly string[];
  /** The section of the claims: words, table and figures, in order. */
  readonly section: readonly Block[];
  /** Sentences of the abstract, each with its numbers. */
  readonly abstract: readonly Prose[];
  /** Those of the source report as clauses: `the absolute gradient does not tell classes apart`. */
  readonly introduction: readonly Prose[];
  readonly discussion: readonly Block[];
  /** On how many scenes of which seeds each was measured. */
  readonly reproducibility: readonly Prose[];
}
