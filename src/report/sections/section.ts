import type { Environment } from '../environment';
import type { ReportFigure } from '../render';
import type { Results } from '../results';
import type { Study } from '../study';

/** What a section may speak of. */
export interface SectionContext {
  readonly study: Study;
  readonly results: Results;
  readonly environment: Environment;
  readonly command: string;
}

/** A section: values for the template of its name, and its figures in order. */
export interface Section {
  readonly name: string;
  readonly title: string;
  readonly compose: (context: SectionContext) => {
    readonly values: Readonly<Record<string, unknown>>;
    readonly figures: readonly ReportFigure[];
  };
}
