import { blocks, heading, paragraph } from '../prose/make';
import type { Section } from './section';
import { kindsOf } from './shown';

/** Every figure of the study, gathered by kind in the order in which the kinds first appear. */
export const results: Section = {
  name: 'results',
  title: 'Results',
  blocks: (context) =>
    blocks(
      kindsOf(context).flatMap(({ kind, results }) => [
        heading(kind.title),
        ...results.flatMap((result) => [
          paragraph(kind.sentences(result, context.networks)),
          ...kind.plot(result, context.networks),
        ]),
      ]),
    ),
};
