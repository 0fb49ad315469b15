import { distinctDecisions } from '../figures/decision';
import type { Prose } from '../prose/blocks';
import { agree, capitalised, inWords, plural } from '../prose/grammar';
import { sentences } from '../prose/make';
import type { PaperContext } from './section';
import { kindsOf, methodsOf, methodsOfFigures, photoCount, termOf, withPhoto } from './shown';

/** What the paper is about and what came out, from what it shows alone. */
export const abstract = (context: PaperContext): Prose =>
  sentences(
    questionSentence(context),
    mistakesSentence(context),
    ...kindsOf(context).map(({ kind, results }) => kind.abstract?.(results)),
    ...claimsSentences(context),
  );

function questionSentence({ figures, study }: PaperContext): string {
  const networks = new Set(figures.flatMap(({ networks }) => networks.map(({ name }) => name))).size;
  const [methods, pictures] = [methodsOfFigures({ figures }).length, photoCount({ figures })];
  const subject = networks === 1 ? 'a convolutional network' : 'convolutional networks';
  const on = pictures === 0 ? '' : ` on ${plural(pictures, 'picture')} (${study.data})`;
  if (methods === 0) return `We look into ${subject}${on}.`;
  const explanations = plural(methods, 'method of explanation', 'methods of explanation');
  return `We ask ${explanations} why ${subject} decided as ${agree(networks, 'it', 'they')} did${on}.`;
}

function mistakesSentence({ figures }: PaperContext): string | null {
  const judged = distinctDecisions(withPhoto({ figures })).filter(({ truth }) => truth !== null);
  const wrong = judged.filter(({ mistaken }) => mistaken).length;
  if (judged.length === 0) return null;
  if (judged.length === 1)
    return `The one decision for which the truth is known is ${wrong === 1 ? 'wrong' : 'right'}.`;
  return `Of ${plural(judged.length, 'decision')} for which the truth is known ${inWords(wrong)} ${wrong > 1 ? 'are' : 'is'} wrong.`;
}

function claimsSentences({ claims }: PaperContext): Prose[] {
  if (claims === null || claims.count === 0) return [];
  const count = capitalised(plural(claims.count, 'claim'));
  return [[`${count} ${agree(claims.count, 'is', 'are')} put to numbers on drawn scenes.`], ...claims.abstract];
}

/** Index terms: the methods that are shown or measured, and what else the kinds of figures bring. */
export function indexTerms(context: PaperContext): string[] {
  return [...methodsOf(context).map(termOf), ...kindsOf(context).flatMap(({ kind }) => kind.terms ?? [])];
}
