import { blocks, paragraph } from '../prose/make';
import type { Section } from './section';
import { kindsOf } from './shown';

/** What the figures and the claims say together. */
export const discussion: Section = {
  name: 'discussion',
  title: 'Discussion',
  blocks: (context) =>
    blocks(
      kindsOf(context).map(({ kind, results }) => paragraph(kind.discussion?.(results))),
      context.claims?.discussion,
      paragraph(
        'An explanation shows what the network used, not whether it should have; that judgement needs pictures about which the truth is known.',
      ),
    ),
};
