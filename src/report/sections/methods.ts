import type { Method } from '../../explain/methods/define-method';
import { methods as everyMethod } from '../../explain/methods/index';
import type { Block } from '../prose/blocks';
import { blocks, cite, equation, fromText, heading, list, math, paragraph, prose } from '../prose/make';
import type { PaperContext, Section } from './section';
import { kindsOf, methodsOf } from './shown';

const symbols = {
  score: {
    words: prose`${math('S_c(I)')} be the score (logit) of class ${math('c')} for an image ${math('I')}`,
    sign: /S_c/,
  },
  probability: { words: prose`${math('P(c)')} be the probability of class ${math('c')}`, sign: /P(?:\\bigl)?\(/ },
  channel: {
    words: prose`${math('f_k(x,y)')} be the value of channel ${math('k')} of a layer at place ${math('(x,y)')}`,
    sign: /f_k/,
  },
};
type Symbol = keyof typeof symbols;

const formulasOf = ({ text, formula }: Method): string =>
  text === undefined ? formula : text.map((part) => (typeof part === 'string' ? part : part.formula)).join('\n');

/** A formula on a line of its own, or on several where it says that it may. */
function display(formula: string): Block {
  const lines = formula.split(String.raw`, \quad `);
  const gathered = String.raw`\begin{gathered} ${lines.join(String.raw`, \\ `)} \end{gathered}`;
  return equation(lines.length > 1 && formula.length > 70 ? gathered : formula);
}

/** A method that the paper explains in full. */
const explained = ({ title, text }: Method): readonly Block[] => [
  heading(title),
  ...text!.map((part) => (typeof part === 'string' ? paragraph(fromText(part)) : display(part.formula))),
];

/** A method in a sentence, with its formula. */
const inShort = ({ title, citation, sentence, where, formula }: Method): readonly Block[] => [
  paragraph(prose`${title} ${cite(citation)} ${fromText(sentence)}${where && prose`, where ${fromText(where)}`}:`),
  display(formula),
];

/** What is shown and measured, each method once. */
export const methods: Section = {
  name: 'methods',
  title: 'Methods',
  blocks: (context) => {
    const names = methodsOf(context);
    const selection = everyMethod.filter(({ name }) => names.includes(name));
    const full = selection.filter(({ text }) => text !== undefined);
    const others = selection.filter(({ text }) => text === undefined);
    const views = kindsOf(context).flatMap(({ kind }) => (kind.text === undefined ? [] : [kind.text]));
    const formulas = selection.map(formulasOf).join('\n');
    const defined = (Object.keys(symbols) as Symbol[]).filter(
      (symbol) => symbols[symbol].sign.test(formulas) || views.some((view) => view.symbols?.includes(symbol)),
    );
    return blocks(
      defined.length > 0 && paragraph(prose`Let ${list(defined.map((symbol) => symbols[symbol].words))}.`),
      differenceShown(context) &&
        paragraph(
          prose`For the difference of two classes ${math('c')} and ${math('d')}, that of their scores, ${math('S_c - S_d')}, stands in the place of a class’s score or probability.`,
        ),
      valueShown(context) &&
        paragraph(
          'Where a network answers values, a value stands in the place of a class’s score and probability; with the other sign, where it is asked what makes it smaller.',
        ),
      full.flatMap(explained),
      others.length > 0 && heading(full.length > 0 ? 'Further methods' : 'Methods of explanation'),
      others.flatMap(inShort),
      views.flatMap((text) => [heading(text.title), ...text.blocks]),
    );
  },
};

const differenceShown = ({ figures }: PaperContext): boolean =>
  figures.some(({ maps }) => maps.some(({ target }) => target.kind === 'difference'));

const valueShown = ({ figures }: PaperContext): boolean =>
  figures.some(({ maps }) => maps.some(({ target }) => target.unit !== undefined));
