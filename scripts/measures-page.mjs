import { cell, optionTable } from './option-table.mjs';

const ends = { higher: 'higher is better', lower: 'lower is better', neither: 'neither end is better' };
const lacks = {
  mask: 'the object’s mask',
  remake: 'a method that can make the map again',
  twin: 'a twin of the network that was trained on random labels',
  things: 'a scene that can be drawn again',
};

/** One measure's part of the page. */
function part(measure, { optionRows, referenceText }) {
  const { name, title, unit, better, formula, where, sentence, caution, needs, cost, bibtex } = measure;
  return [
    `### ${title}`,
    '',
    `\`${name}\` ${sentence}${where === undefined ? '' : `, where ${where}`}:`,
    '',
    '```math',
    formula,
    '```',
    '',
    `- ${ends[better][0].toUpperCase()}${ends[better].slice(1)}; values: ${unit}.`,
    `- **Beside the truth** it ${caution}.`,
    `- Costs ${cost}; needs ${needs.map((need) => lacks[need]).join(' and ') || 'nothing but the map and the network'}.`,
    `- ${referenceText(bibtex)}`,
    '',
    ...optionTable(optionRows(measure.schema)),
  ];
}

/**
 * docs/measures.md: the measures and the maps that they are compared with, from their descriptions.
 * @param {object} shown
 * @param {readonly any[]} shown.measures
 * @param {Readonly<Record<string, string>>} shown.questions
 * @param {readonly any[]} shown.baselines
 * @param {Readonly<Record<string, string>>} shown.knowledge
 * @param {(schema: any) => readonly any[]} shown.optionRows `describeOptions`.
 * @param {(bibtex: string) => string} shown.referenceText
 */
export function measuresPage({ measures, questions, baselines, knowledge, ...how }) {
  return `${[
    '# The measures',
    '',
    `The ${measures.length} measures of \`whylight evaluate\`, by the question that each answers, and the ${baselines.length} maps that methods are compared`,
    'with. This page is made by `npm run docs` from their descriptions; `whylight measures NAME` says the same. $M$ is a map,',
    '$p$ a pixel, $y$ the score (logit) of the target.',
    '',
    'No measure is the truth. Each rewards something else beside it, which stands under its formula; a map is to be believed',
    'as far as measures of several kinds agree, and beside what maps reach that know nothing of the network.',
    '',
    ...Object.entries(questions).flatMap(([question, words]) => [
      `## ${words}`,
      '',
      ...measures.filter((measure) => measure.question === question).flatMap((measure) => part(measure, how)),
    ]),
    '## Maps to compare with',
    '',
    '| map | knows | what it is | what a method no better than it has not shown |',
    '|---|---|---|---|',
    ...baselines.map(
      ({ name, knows, sentence, caution }) =>
        `| \`${name}\` | ${cell(knowledge[knows])} | ${cell(sentence)} | ${cell(caution)} |`,
    ),
  ]
    .join('\n')
    .trimEnd()}\n`;
}
