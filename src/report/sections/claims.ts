import type { Section } from './section';

/** The source report's claims, each with its number, interval and figure. */
export const claims: Section = {
  name: 'claims',
  title: 'The claims tested',
  present: ({ claims }) => claims !== null,
  blocks: ({ claims }) => claims?.section ?? [],
};
