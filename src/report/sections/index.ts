import { claims } from './claims';
import { networks } from './networks';
import { reproducibility } from './reproducibility';
import { results } from './results';
import type { Section } from './section';

const words = (name: string, title: string): Section => ({
  name,
  title,
  compose: (context) => ({ values: textValues(context), figures: [] }),
});

/** What abstract, introduction and discussion may say. */
export function textValues({ study, words: figures, claimWords }: Parameters<Section['compose']>[0]) {
  return { ...figures, data: study.data, claims: claimWords };
}

/** The sections of the paper, in order. */
export const sections: readonly Section[] = [
  words('introduction', 'Introduction'),
  words('methods', 'Methods'),
  networks,
  results,
  claims,
  words('discussion', 'Discussion'),
];

/** What stands after the references. */
export const appendices: readonly Section[] = [reproducibility];
