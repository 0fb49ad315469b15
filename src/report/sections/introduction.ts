import { findMethod } from '../../explain/methods/index';
import type { Prose } from '../prose/blocks';
import { agree, plural } from '../prose/grammar';
import { cite, joined, list, paragraph, prose } from '../prose/make';
import type { PaperContext, Section } from './section';
import { kindsOf, methodsOf, methodsOfFigures, photoCount, termOf } from './shown';

/** What the source report shows. */
const ofSource = ['saliency', 'occlusion', 'cam'];

/** Why, after whom, and what is done here. */
export const introduction: Section = {
  name: 'introduction',
  title: 'Introduction',
  blocks: (context) => [
    paragraph(
      'A deep network that performs well does not say why. Whoever builds it wants to know what it has learned, and whoever relies on it wants to know whether the reason was a good one. A classifier of dogs and wolves may have learned nothing but snow, and its accuracy on pictures like those it was trained on would not tell.',
    ),
    paragraph(...sourceSentences(context)),
    paragraph(workSentence(context), bytesSentence(context)),
  ],
};

function sourceSentences(context: PaperContext): Prose[] {
  const methods = methodsOf(context);
  const shared = ofSource.filter((method) => methods.includes(method));
  const terms = list(shared.map((method) => prose`${termOf(method)} ${cite(findMethod(method).citation)}`));
  const ways = [
    prose`visual explanations side by side`,
    prose`visual explanations side by side, among them ${terms}`,
    prose`three visual explanations side by side: ${terms}`,
  ];
  const way = ways[shared.length === 0 ? 0 : shared.length < ofSource.length ? 1 : 2];
  const claims = context.claims?.introduction ?? [];
  return [
    prose`Midha and Garg ${cite('midha2020visual')} put ${way}.`,
    claims.length > 0
      ? prose`From the pictures they draw ${agree(claims.length, 'a conclusion', 'conclusions')}: ${joined(claims, '; ')}. A picture can suggest such a claim; it cannot test it.`
      : [],
  ];
}

function workSentence(context: PaperContext): Prose {
  const methods = methodsOfFigures(context);
  const shared = ofSource.filter((method) => methods.includes(method));
  const others = methods.length - shared.length;
  const views = kindsOf(context).flatMap(({ kind }) => kind.terms ?? []);
  const all = [
    ...shared.map(termOf),
    ...(others === 0 ? [] : [`maps by ${plural(others, shared.length > 0 ? 'further method' : 'method')}`]),
    ...views,
  ];
  const pictures = photoCount(context);
  const count = context.claims?.count ?? 0;
  const tested =
    count > 0 &&
    `, and put ${count === context.claims?.introduction.length ? agree(count, 'this claim', 'these claims') : plural(count, 'claim')} to numbers with their intervals on scenes whose every pixel is known`;
  return prose`We compute ${list(all)}${shared.length > 0 && ' anew'}${pictures > 0 && ` on ${plural(pictures, 'picture')}`}${tested}.`;
}

const bytesSentence = ({ sections }: PaperContext) =>
  sections.includes('reproducibility') &&
  'Every figure and every number below is a result of the command in the last section, which makes this document again, byte for byte.';
