import { evaluationFindings } from '../../analyses/evaluation-findings';
import { measurePicture } from '../../analyses/evaluation-pictures';
import { findMeasure } from '../../explain/measures';
import { measureQuestions } from '../../explain/measures/define-measure';
import { COLUMN } from '../../plots/print-geometry';
import { called, headed } from '../network-names';
import { inWords } from '../prose/grammar';
import { blocks, bullets, cite, figureBlock, heading, list, paragraph, prose, ref } from '../prose/make';
import type { Section } from './section';

/** Which of the study's maps can be believed: measured, beside maps that know nothing. */
export const trust: Section = {
  name: 'trust',
  title: 'Which of these maps can be believed?',
  present: ({ trust }) => trust.length > 0,
  blocks: ({ trust, networks }) => {
    const [first] = trust;
    if (first === undefined) return [];
    const { measures, photos, maps } = first.summary;
    const nothing = maps.filter(({ kind }) => kind === 'baseline').length;
    return blocks(
      paragraph(
        'A map is a claim about a network, and no single number tells whether it is true.',
        prose`So ${inWords(measures.length)} measures stand side by side, each with what it rewards beside the truth, and every method beside ${inWords(nothing)} maps that know nothing of the network or nothing of the picture.`,
        prose`They were taken of the class that the network answers, on ${String(photos)} drawn scenes, of seeds from which no training set is drawn; what each thing in a scene is worth to the network was measured by drawing the scene again without it.`,
      ),
      bullets(
        measures.map((name) => {
          const { title, question, sentence, caution, citation } = findMeasure(name);
          return prose`${measureQuestions[question]} ${title} ${cite(citation)} ${sentence}; but it ${caution}.`;
        }),
      ),
      ...trust.flatMap(({ network, summary, omissions }) => {
        const id = `trust-${network.name}`;
        return [
          heading(headed(networks, network)),
          paragraph(
            prose`${ref(id)} shows the measures of ${list(summary.networks.map(() => called(networks, network)))}.`,
            ...evaluationFindings(summary, (name) => findMeasure(name).title.toLowerCase()),
            ...omissions.map((omission) => `${omission[0]!.toUpperCase()}${omission.slice(1)}.`),
          ),
          figureBlock(id, measurePicture(summary, { width: COLUMN })),
        ];
      }),
    );
  },
};
