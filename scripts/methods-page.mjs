import { optionTable } from './option-table.mjs';

/** One method's or view's part of the page. */
function part(card, { words, optionRows, referenceText }) {
  const { name, title, unit, formula, where, sentence, use, avoid, cost, needs, bibtex } = card;
  return [
    `## ${title}`,
    '',
    `![${title}: ${words(name)}](pictures/method-${name}.png)`,
    '',
    `\`${name}\` ${sentence}${where === undefined ? '' : `, where ${where}`}:`,
    '',
    '```math',
    formula,
    '```',
    '',
    ...(use === undefined ? [] : [`- **Use it** ${use}.`]),
    ...(avoid === undefined ? [] : [`- **Do not use it** ${avoid}.`]),
    `- Costs ${cost}; needs ${needs.map((need) => `a ${need}`).join(' and ') || 'nothing but the outputs'}; values: ${unit}.`,
    `- ${referenceText(bibtex)}`,
    '',
    ...optionTable(optionRows(card.schema)),
  ];
}

/**
 * docs/methods.md: the methods and views from their descriptions.
 * @param {object} shown
 * @param {readonly any[]} shown.methods
 * @param {readonly any[]} shown.views
 * @param {string} shown.network that the pictures explain.
 * @param {(name: string) => string} shown.words of the picture of a method or view.
 * @param {(schema: any) => readonly any[]} shown.optionRows `describeOptions`.
 * @param {(bibtex: string) => string} shown.referenceText
 */
export function methodsPage({ methods, views, network, ...how }) {
  return `${[
    '# The methods',
    '',
    `The ${methods.length} methods on one drawn scene, explaining *wolf* in the network \`${network}\`, and ${views.length} views of it. This page is`,
    'made by `npm run docs` from the descriptions of the methods; `whylight methods NAME` says the same. $S_c$ is the score',
    '(logit) of class $c$, $P(c)$ its probability, $I$ the image, $f_k$ a channel of a layer.',
    '',
    ...methods.flatMap((method) => part(method, how)),
    '# Views of the network',
    '',
    'These show the network itself; no map of the photo comes out.',
    '',
    ...views.flatMap((view) => part(view, how)),
  ]
    .join('\n')
    .trimEnd()}\n`;
}
