import { type Estimate, tooFewForSpread } from '../../explain/statistics/estimate';
import type { ClaimsReport } from '../claims-report';
import type { NetworkNames } from '../network-names';
import type { Block, Prose } from '../prose/blocks';
import { agree, inWords } from '../prose/grammar';
import { blocks, cite, figureBlock, heading, list, paragraph, prose, table, tableRef } from '../prose/make';
import type { ClaimTelling, IntervalKind, MeasuredClaim } from './claim';
import { type Detail, estimateCells, findingCells, MARGIN, verdictOf } from './verdict';

/** What the paper says of the claims that were measured. */
export function claimsReport(measured: readonly MeasuredClaim[], names: NetworkNames): ClaimsReport {
  const all = measured.map((one) => ({ ...one, telling: { ...one, names } satisfies ClaimTelling }));
  const there = (sentence: Prose | null) => (sentence === null ? [] : [sentence]);
  return {
    count: numbered(measured, names).length,
    networks: [...new Set(measured.flatMap(({ networks }) => networks))],
    methods: [...new Set(measured.flatMap(({ claim }) => claim.methods ?? []))],
    section: blocks(
      introduction(measured, names),
      claimsTable(measured, names),
      ...all.map(({ claim, telling }): readonly Block[] => {
        const figure = claim.figure(telling);
        const details = claim.details?.(telling) ?? null;
        const id = `claim-${claim.id.toLowerCase()}`;
        const rows = `${id}-details`;
        return [
          heading(claim.title, claim.id),
          ...claim.section(telling, id, rows).map((words) => paragraph(words)),
          ...(figure === null ? [] : [figureBlock(id, figure)]),
          ...(details === null ? [] : [detailsTable(rows, `${claim.id}: ${details.caption}`, details.rows)]),
        ];
      }),
    ),
    abstract: all.flatMap(({ claim, telling }) => there(claim.abstract(telling))),
    introduction: measured.flatMap(({ claim: { introduction } }) =>
      there(introduction === null ? null : [introduction]),
    ),
    discussion: blocks(paragraph(...all.map(({ claim, telling }) => claim.discussion(telling)))),
    reproducibility: all.map(({ claim, telling, settings }) => [
      `${claim.id} is measured on ${claim.sample(telling)}, seed ${settings.seed}.`,
    ]),
  };
}

const subjectsOf = ({ claim, ...telling }: MeasuredClaim, names: NetworkNames) => claim.subjects({ ...telling, names });

/** The claims that numbers can decide: of some networks one is true by construction. */
const numbered = (measured: readonly MeasuredClaim[], names: NetworkNames) =>
  measured.filter((one) => subjectsOf(one, names).length > 0);

const intervalWords: Readonly<Record<IntervalKind, Prose>> = {
  wilson: prose`Wilson’s for shares ${cite('wilson1927probable')}`,
  newcombe: prose`Newcombe’s for differences between scenes of two kinds ${cite('newcombe1998interval')}`,
  paired: prose`Newcombe’s paired ones where the same animals are measured twice ${cite('newcombe1998paired')}`,
  crossed: prose`Student’s with Satterthwaite’s degrees of freedom for means over trainings and scenes, both taken at random ${cite('satterthwaite1946approximate')}`,
};
const intervalKinds = Object.keys(intervalWords) as IntervalKind[];

/** Whether a result has a mean of so few values that its interval is Hoeffding's. */
const hasFew = (result: unknown): boolean =>
  typeof result === 'object' &&
  result !== null &&
  (('low' in result && tooFewForSpread(result as Estimate)) || Object.values(result).some(hasFew));

/** What was measured, and the rule by which every number is judged. */
function introduction(measured: readonly MeasuredClaim[], names: NetworkNames) {
  const decided = numbered(measured, names);
  const count = decided.length;
  const subjects = measured.flatMap((one) => subjectsOf(one, names));
  const findings = subjects.flatMap(({ findings }) => findings);
  const few = measured.some(({ result }) => hasFew(result));
  const kinds = new Set(measured.flatMap(({ claim }) => claim.intervals ?? []));
  const questions = measured.flatMap((one) => {
    const question = subjectsOf(one, names)[0]?.question;
    return question === undefined ? [] : [`${one.claim.id} (${question})`];
  });
  return paragraph(
    count > 0 &&
      prose`A picture can suggest a claim; here ${inWords(count)} ${agree(count, 'is', 'are')} put to numbers on scenes that Whylight draws, where it is known which pixel belongs to which animal. They come from streams of random numbers of their own, apart from those of which Whylight’s training sets are drawn.`,
    findings.length > 0 &&
      prose`${tableRef('claims')} lists the numbers on which the verdicts rest, each with its 95 % interval and with the bound that the claim says it exceeds (pp are percentage points). A claim holds where the whole interval lies above the bound, fails where it lies wholly below, and is open otherwise. The bound of a difference is ${String(100 * MARGIN)} percentage points: a smaller one counts as none.`,
    subjects.some(({ findings }) => findings.length > 1) &&
      'Of several numbers of one network on one set of pictures all must hold, and one that fails is enough to fail.',
    questions.length > 0 &&
      prose`${list(questions)} ${agree(questions.length, 'is', 'are')} asked row by row: yes where it holds, no where it fails.`,
    findings.length > 0 &&
      prose`Cases of one scene are averaged before anything else, so that scenes are counted. Intervals are ${list([
        prose`Student’s for means ${cite('student1908probable')}${few && prose`, Hoeffding’s where there are fewer than six values ${cite('hoeffding1963probability')}`}, by n alone where all values are equal ${cite('hanley1983nothing')}`,
        ...intervalKinds.filter((kind) => kinds.has(kind)).map((kind) => intervalWords[kind]),
      ])}. They hold one by one where nothing else is said.`,
    findings.length > 0 && scopeWords(decided),
  );
}

/** What the intervals are about, and what they are not. */
function scopeWords(decided: readonly MeasuredClaim[]) {
  const counted = decided.filter(({ claim }) => claim.intervals?.includes('crossed')).map(({ claim }) => claim.id);
  if (counted.length === decided.length) return null;
  return prose`They are for other scenes of the same kind and for these very networks: what another training would give they do not say${counted.length > 0 && prose`, but for ${list(counted)}, where several trainings are counted`}.`;
}

const yesOrNo = { holds: 'yes', fails: 'no', open: 'open' } as const;

function claimsTable(measured: readonly MeasuredClaim[], names: NetworkNames) {
  const rows = measured.flatMap((one) =>
    subjectsOf(one, names).flatMap(({ findings, question }) =>
      findings.map((finding) => {
        const { claimed, value, low, high, count } = findingCells(finding);
        const answer = verdictOf(finding);
        return [
          one.claim.id,
          finding.measure,
          claimed,
          value,
          low,
          high,
          count,
          question === undefined ? answer : yesOrNo[answer],
        ];
      }),
    ),
  );
  return rows.length === 0
    ? null
    : table('claims', 'The claims, measured', {
        rows,
        columns: [
          { title: 'Claim', kind: 'text' },
          { title: 'Measure', kind: 'text' },
          { title: 'Claimed', kind: 'whole' },
          { title: 'Value', kind: 'number' },
          { title: '95 % interval', kind: 'number', span: 2 },
          { title: '', kind: 'number' },
          { title: 'Scenes', kind: 'number' },
          { title: 'Verdict', kind: 'text' },
        ],
      });
}

/** Numbers beside those that are judged: each class alone, chance, and what else one would ask. */
const detailsTable = (id: string, caption: string, details: readonly Detail[]) =>
  table(id, caption, {
    long: true,
    rows: details.map(({ measure, ...detail }) => {
      const { value, low, high, count } = estimateCells(detail);
      return [measure, detail.unit, value, low, high, count];
    }),
    columns: [
      { title: 'Measure', kind: 'text' },
      { title: '', kind: 'text' },
      { title: 'Value', kind: 'number' },
      { title: '95 % interval', kind: 'number', span: 2 },
      { title: '', kind: 'number' },
      { title: 'Scenes', kind: 'number' },
    ],
  });
