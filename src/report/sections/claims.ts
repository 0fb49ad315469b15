import { claimFigures } from '../claim-words';
import type { Section } from './section';

/** The source report's claims, each with its number, interval and figure. */
export const claims: Section = {
  name: 'claims',
  title: 'The claims tested',
  present: ({ claims }) => claims !== null,
  compose: ({ claims, claimWords, networks }) => ({
    values: { ...claimWords },
    figures: claimFigures(claims!, networks),
  }),
};
