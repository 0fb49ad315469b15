import type { FontFile } from '../../page/fonts';
import type { ClaimWords } from '../claim-words';
import type { ClaimResults } from '../claims';
import type { Environment } from '../environment';
import type { FigureResult } from '../explain-figure';
import type { FiguresWords } from '../figure-words';
import type { NetworkNames } from '../network-names';
import type { ReportFigure } from '../render';
import type { Study } from '../study';

/** What a section may speak of. */
export interface SectionContext {
  readonly study: Study;
  readonly results: readonly FigureResult[];
  readonly networks: NetworkNames;
  readonly words: FiguresWords;
  readonly claims: ClaimResults | null;
  readonly claimWords: ClaimWords | null;
  readonly environment: Environment;
  readonly command: string;
  readonly fonts: readonly FontFile[];
}

/** A section: values for the template of its name, and its figures in order. */
export interface Section {
  readonly name: string;
  readonly title: string;
  /** Default: every study has it. */
  readonly present?: (context: SectionContext) => boolean;
  readonly compose: (context: SectionContext) => {
    readonly values: Readonly<Record<string, unknown>>;
    readonly figures: readonly ReportFigure[];
  };
}
