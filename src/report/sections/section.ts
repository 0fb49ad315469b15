import type { FontFile } from '../../page/fonts';
import type { ClaimsReport } from '../claims-report';
import type { Environment } from '../environment';
import type { FigureResult } from '../figures/kind';
import type { NetworkNames } from '../network-names';
import type { Block } from '../prose/blocks';
import type { Study } from '../study';
import type { MeasuredTrust } from '../trust';

/** What a section may speak of. */
export interface PaperContext {
  readonly study: Study;
  readonly figures: readonly FigureResult[];
  readonly networks: NetworkNames;
  /** Null where none was measured. */
  readonly claims: ClaimsReport | null;
  /** Which maps can be believed, network by network; empty where the study does not ask. */
  readonly trust: readonly MeasuredTrust[];
  readonly environment: Environment;
  readonly command: string;
  readonly fonts: readonly FontFile[];
  /** Names of the sections that the paper has. */
  readonly sections: readonly string[];
}

/** A section: from the study's results to blocks. */
export interface Section {
  readonly name: string;
  readonly title: string;
  /** Default: every study has it. */
  readonly present?: (context: PaperContext) => boolean;
  readonly blocks: (context: PaperContext) => readonly Block[];
}
