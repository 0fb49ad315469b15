import { describe, expect, it } from 'vitest';
import type { MapChecks, WhyNumbers } from '../../src/analyses/why-numbers';
import type { ChangedAnswer, FillSearch, Regions } from '../../src/analyses/why-regions';
import type { Attribution } from '../../src/explain/attribution';
import type { FeatureMaps } from '../../src/explain/feature-maps';
import { methods, views } from '../../src/explain/methods';
import { bibliography } from '../../src/report/bibliography';
import { claimsReport } from '../../src/report/claims/report';
import { figureKind, figureKinds } from '../../src/report/figures/index';
import type { FigureResult } from '../../src/report/figures/kind';
import { networkNames } from '../../src/report/network-names';
import { numberBlocks } from '../../src/report/numbering';
import type { Block } from '../../src/report/prose/blocks';
import { appendices, sections } from '../../src/report/sections';
import { abstract, indexTerms } from '../../src/report/sections/abstract';
import type { PaperContext } from '../../src/report/sections/section';
import { allMeasured, network as claimsNetwork } from '../support/claims';
import { blockText, proseText } from '../support/prose';
import { randomStudy } from '../support/random-study';
import { fixedEnvironment } from '../support/report';

const references = bibliography([...methods, ...views].map(({ bibtex }) => bibtex));

/** The words of a random study's paper; of every third one with claims. */
function paperOf(seed: number) {
  const { study, results } = randomStudy(seed);
  const networks = networkNames(study, results.networks);
  const measured = allMeasured().slice(0, seed % 3 === 0 ? 1 + (seed % 6) : 0);
  const whole = { ...claimsNetwork, ...results.figures[0]!.networks[0]!, name: 'net', title: 'the net' };
  const claims = claimsReport(
    measured.map((claim) => ({ ...claim, networks: [whole] })),
    networks,
  );
  const context: PaperContext = {
    study,
    figures: results.figures,
    networks,
    claims: measured.length === 0 ? null : claims,
    trust: [],
    environment: fixedEnvironment,
    command: 'whylight report',
    fonts: [],
    sections: ['reproducibility'],
  };
  const made = [...sections, ...appendices]
    .filter(({ present }) => present?.(context) ?? true)
    .map(({ name, blocks }) => ({ name, blocks: blocks(context) }));
  const blocksOf = (name: string) => made.find((section) => section.name === name)?.blocks ?? [];
  const head = proseText(abstract(context));
  return { context, made, blocksOf, head, terms: indexTerms(context), claims: measured.length };
}

const plain = (blocks: readonly Block[]) => blockText(blocks.filter(({ block }) => block !== 'equation'));
const words = 'no one two three four five six seven eight nine ten eleven twelve'.split(' ');
const count = (number: number) => words[number] ?? String(number);
const short = (label: string) =>
  label
    .split(' − ')
    .map((part) => part.split(',')[0])
    .join(' − ');
const fixed = (value: number, digits: number) => {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace('-', '') : text).replace('-', '−');
};
const percent = (share: number) =>
  share > 0 && share < 0.001 ? '< 0.1 %' : share < 1 && share > 0.999 ? '> 99.9 %' : `${(100 * share).toFixed(1)} %`;
const whole = (share: number) =>
  share > 0 && share < 0.005
    ? 'less than 1 %'
    : share < 1 && share >= 0.995
      ? 'more than 99 %'
      : `${(100 * share).toFixed(0)} %`;

/** What a network's answer is, and whether it is wrong: from the study's word or the scene's, class by class. */
function answers({ entry, scene, networks, classifications }: FigureResult) {
  return networks.map((network, i) => {
    const best = classifications[i]!.classes[0]!;
    const truth = entry.truth ?? scene?.label;
    const known = truth !== undefined && network.classes.some((label) => short(label) === truth);
    return { best, truth: known ? truth : null, wrong: known && short(best.label) !== truth };
  });
}

const positive = ({ values }: Attribution) => values.filter((value) => value > 0);
function halfMass(map: Attribution): string | null {
  const sorted = positive(map).sort().reverse();
  const all = sorted.reduce((sum, value) => sum + value, 0);
  let [sum, taken] = [0, 0];
  while (sum < all / 2) sum += sorted[taken++]!;
  return sorted.length === 0 ? null : whole(taken / map.values.length);
}

/** The ninth of the picture in which a map's largest value stands. */
function peak({ values, width, height }: Attribution): string {
  const at = values.indexOf(Math.max(...values));
  const column = ['left', '', 'right'][Math.floor((3 * ((at % width) + 0.5)) / width)]!;
  const row = ['upper', '', 'lower'][Math.floor((3 * (Math.floor(at / width) + 0.5)) / height)]!;
  if (row === '' && column === '') return 'in the centre';
  if (column === '') return row === 'upper' ? 'at the top' : 'at the bottom';
  return row === '' ? `at the ${column}` : `at the ${row} ${column}`;
}

/** Share on the animals of a map's positive mass, of the picture, and of a Gaussian at its middle, pixel by pixel. */
function onAnimals(map: Attribution, { scene }: FigureResult): { mass: number; area: number; centre: number } | null {
  if (scene === null) return null;
  const inside = (at: number) => scene.objects.some(({ kind, mask }) => kind !== 'person' && mask[at]! > 0);
  const area = map.values.filter((_, at) => inside(at)).length / map.values.length;
  const all = positive(map).reduce((sum, value) => sum + value, 0);
  const mass = map.values.reduce((sum, value, at) => sum + (inside(at) ? Math.max(0, value) : 0), 0);
  const away = (at: number) =>
    Math.hypot((at % map.width) - (map.width - 1) / 2, Math.floor(at / map.width) - (map.height - 1) / 2);
  const blob = (of: (at: number) => boolean) =>
    map.values.reduce(
      (sum, _, at) => sum + (of(at) ? Math.exp(-8 * (away(at) / Math.min(map.width, map.height)) ** 2) : 0),
      0,
    );
  const centre = blob(inside) / blob(() => true);
  return area === 0 || all === 0 ? null : { mass: mass / all, area, centre };
}

function correlate(a: readonly number[], b: readonly number[]): number {
  const centred = (values: readonly number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.map((value) => value - mean);
  };
  const [x, y] = [centred(a), centred(b)];
  const dot = (p: readonly number[], q: readonly number[]) => p.reduce((sum, value, i) => sum + value * q[i]!, 0);
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
}
const absolute = ({ values }: Attribution) => [...values].map(Math.abs);
const flat = ({ values }: Attribution) => values.every((value) => value === values[0]);
const score = ({ target }: Attribution) =>
  target.probability === null ? `${fixed(target.logit, 2)} logits` : percent(target.probability);

/** Everything with a number that the paragraph of one figure must say, worked out anew from its result. */
function expected(result: FigureResult): string[] {
  const { entry, maps, networks } = result;
  const [map, second] = maps as readonly [Attribution, Attribution];
  const said = answers(result).map(({ best }) => percent(best.probability!));
  const asked = map === undefined || map.target.index === answers(result)[0]!.best.index ? [] : [score(map)];
  const masses = (of: Attribution) => {
    const found = onAnimals(of, result);
    return found === null
      ? []
      : [whole(found.area), whole(found.mass), fixed(found.mass / found.area, 1), whole(found.centre)];
  };
  switch (entry.kind) {
    case 'saliency':
      return [
        ...said,
        ...asked,
        ...(halfMass(map) === null ? [] : [halfMass(map)!, `point is ${peak(map)}`]),
        ...masses(map),
      ];
    case 'occlusion':
      return [
        ...said,
        ...asked,
        ...maps.flatMap((one) => occlusionNumbers(one, answers(result)[0]!.best.index, result)),
      ];
    case 'cam': {
      const alike = correlate([...map.coarse!.values], [...second.coarse!.values]);
      const measured =
        networks[0]!.output === 'sigmoid' || Number.isNaN(alike) ? [] : [`correlate by ${fixed(alike, 2)}`];
      const peaks = networks[0]!.output === 'sigmoid' ? [map] : [map, second];
      return [
        ...said,
        ...asked,
        score(second),
        ...measured,
        ...masses(map),
        ...peaks.map((one) => (flat(one) ? 'one value everywhere' : peak(one))),
      ];
    }
    case 'deconvolution': {
      const alike =
        flat(map) ||
        flat({ ...map, values: second.values.map(Math.abs) }) ||
        flat({ ...map, values: map.values.map(Math.abs) });
      return [...said, ...asked, ...(alike ? [] : [fixed(correlate(absolute(map), absolute(second)), 2)])];
    }
    case 'methods': {
      const pooled = ({ method, layer }: Attribution) =>
        networks[0]!.camNode === layer && ['cam', 'grad-cam', 'hires-cam', 'xgrad-cam'].includes(method);
      const pairs = maps
        .flatMap((a, i) => maps.slice(i + 1).map((b) => [a, b] as const))
        .filter(([a, b]) => !(pooled(a) && pooled(b)) && !flat(a) && !flat(b))
        .map(([a, b]) => correlate(absolute(a), absolute(b)));
      const [most, least] = [fixed(Math.max(...pairs), 2), fixed(Math.min(...pairs), 2)];
      const ends =
        pairs.length < 2
          ? pairs.map((r) => `correlate by ${fixed(r, 2)}`)
          : [`most alike (${most})`, `least (${least})`];
      return [...said, ...asked, ...ends];
    }
    case 'classes':
      return [...said, ...maps.flatMap((one) => [score(one), ...(halfMass(one) === null ? [] : [halfMass(one)!])])];
    case 'features': {
      const shares = (result.extras as readonly FeatureMaps[]).map(({ maps: shown }) => {
        const each = shown.map(({ values }) => values.filter((value) => value > 0).length / values.length);
        return whole(each.reduce((sum, one) => sum + one, 0) / each.length);
      });
      return [...said, ...shares, '33', '5×4'];
    }
    case 'maximised': {
      const made = result.extras as readonly { scores: readonly number[] }[];
      return made.flatMap(({ scores }) => scores.map((one) => fixed(one, 2)));
    }
    case 'networks': {
      if (maps.some((one) => positive(one).length === 0)) return said;
      const drawn = maps.flatMap(masses);
      return [...said, ...(drawn.length > 0 ? drawn : maps.map((one) => halfMass(one)!))];
    }
    case 'why':
      return [...said, ...asked, ...whyWords(result.extras as WhyNumbers)];
    default:
      throw new Error(entry.kind);
  }
}

const inSubscript = (text: string) =>
  [...text].map((sign) => (sign === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(sign)])).join('');

/** A score: two decimals, or of a small one three digits. */
function score2(value: number): string {
  if (Math.abs(value) >= 0.1 || value === 0) return value === 0 ? '0' : fixed(value, 2);
  const [digits, power] = value.toExponential(1).split('e') as [string, string];
  const text =
    Math.abs(value) < 1e-3 ? `${digits}×10${inSubscript(String(Number(power)))}` : String(Number(value.toPrecision(3)));
  return text.replace('-', '−');
}
const two = (share: number) => `${Number((100 * share).toPrecision(2))} %`;

/** All numbers of a `why`, clause by clause, from its numbers alone. */
function choiceWords(choice: WhyNumbers['rules']['choice']): string[] {
  const evaluation = 'an evaluation of another network, Net, on 31 photos of kennel supports ';
  if (choice.by === 'evaluation') return [`${evaluation}best`, ', which was not measured of this network'];
  const none = choice.by === 'rule' && choice.evaluation === null;
  return ['by rule one method of each way', none ? 'no evaluation of such' : `${evaluation}none of its 8 methods`];
}

function whyWords({ maps, rules, agreements, regions, answer, passing: own, rival }: WhyNumbers): string[] {
  const failing = maps.flatMap(({ fails, deletion, untrained }) => {
    if (fails === 'place')
      return [
        `takes no more than the same shapes at ${deletion.atLeast} of 24 other places (p = ${deletion.p < 0.001 ? '< 0.001' : deletion.p.toFixed(3)}, bound 0.05)`,
      ];
    return fails === 'network'
      ? [`(mean rank correlation ${fixed(untrained.mean!, 2)}, number of networks 1, bound 0.5)`]
      : [];
  });
  const passing = maps.filter(({ fails }) => fails === null);
  const takes = ({ deletion }: MapChecks) => deletion.before - deletion.mean;
  const lead = [...passing].sort((a, b) => takes(b) - takes(a))[0]?.deletion;
  const p = (value: number) => (value < 0.001 ? '< 0.001' : value.toFixed(3));
  const unlike = agreements.find(({ p, correlation }) => p! > 0.05 || correlation! <= 0);
  const least = unlike ?? agreements[0];
  const alike = maps.filter(({ fails, rival }) => fails === null && rival !== null && rival >= rules.alike);
  return [
    ...choiceWords(rules.choice),
    own === 0 ? `No map of ${maps.length} passes` : `(${own} of ${maps.length} maps)`,
    ...failing,
    ...(lead === undefined
      ? []
      : [
          '10, 20 % of the input in turn',
          `from ${score2(lead.before)} to a mean of ${score2(lead.mean)}`,
          `the same shapes, moved to 24 other places, leave ${score2(lead.othersMean)} on average, ${score2(lead.othersLeast)} to ${score2(lead.othersLargest)} at single ones (p = ${p(lead.p)}${maps.length === 1 ? '' : `, not corrected for ${maps.length} maps`})`,
        ]),
    ...(least === undefined
      ? []
      : [`(rank correlation ${fixed(least.correlation!, 2)}; p = ${p(least.p!)}, one moved to 24 other places)`]),
    ...(least === undefined
      ? []
      : [
          least === unlike
            ? 'rank places alike is not shown ('
            : least.correlation! < 0.5
              ? 'rank places more alike than when moved, yet weakly ('
              : 'rank places alike (',
        ]),
    ...alike.map(({ rival: one }) => (rival === null ? '' : `(${fixed(one!, 2)})`)),
    ...(rival === null || alike.length === 0
      ? []
      : ['the maps for both rank places alike (rank correlations; bound 0.5)']),
    ...(regions === null ? ['nothing is decided here'] : regionWords(regions)),
    `whether ${percent(answer.probability!)} is how often such an answer is right is not measured`,
  ];
}

/** What is left of an answer where all but the square is covered. */
function aloneWords({ enough, alone, whole: all }: FillSearch): string[] {
  const left = `with all else covered the answer is ${enough ? 'still ' : ''}${short(alone.label)} with ${percent(alone.probability)}`;
  return [enough && all.margin > 0 ? `${left}, but so it is with all covered (${percent(all.probability)})` : left];
}

function regionWords({ fills, same, pieces }: Regions): string[] {
  const [first, ...others] = fills as [FillSearch, ...FillSearch[]];
  const after = ({ label, probability }: ChangedAnswer) => `${short(label)} with ${percent(probability)}`;
  const square = ({ square: { width: across, height: down, area } }: FillSearch) => [
    `${across}×${down} px`,
    `(${two(area)} of the input)`,
  ];
  const own = first.turned
    ? [
        `of ${first.squares} tried on a grid of 1 px in the input of `,
        ...square(first),
        after(first.square.with),
        first.turning === 1
          ? `no other of the ${first.places} of this size does`
          : `${first.turning} of the ${first.places} of this size do, ${first.apart === 0 ? 'and all overlap it' : `${first.apart} without a pixel in common with it, so it is not the only place of this size`}`,
        ...aloneWords(first),
      ]
    : [
        `None of ${first.squares} squares up to ${first.side} px, tried on a grid of 1 px in the input of `,
        `(least margin ${score2(first.square.with.margin)} logits)`,
      ];
  const colours =
    pieces === null
      ? []
      : pieces.turned
        ? [
            `of ${pieces.pieces} pieces of like colour a greedy search covered ${pieces.covered.length} (${two(pieces.area)} of the input) to turn it (${after(pieces.with)})`,
          ]
        : [`over ${pieces.pieces} pieces of like colour`];
  const rest = first.turned
    ? same.flatMap(({ with: one }) => after(one))
    : others.flatMap((one) =>
        one.turned ? [...square(one), after(one.square.with)] : [`none of ${one.squares} turns it`],
      );
  const turns = [...(first.turned ? [first.square.with] : []), ...(pieces?.turned ? [pieces.with] : [])];
  const itself =
    first.whole.margin < 0 && turns.some(({ index }) => index === first.whole.index)
      ? [`it is ${after(first.whole)}, too`]
      : [];
  return [...own, ...colours, ...rest, ...itself];
}

function occlusionNumbers({ grid, target }: Attribution, clean: number, { networks }: FigureResult): string[] {
  const { probabilities, logits, best, rows, columns } = grid!;
  const scores = [...(probabilities ?? logits)];
  const uncovered = target.probability ?? target.logit;
  const number = (value: number) => (probabilities ? percent(value) : fixed(value, 2));
  const change = (value: number) => {
    const amount = Math.abs(value - uncovered);
    const text = probabilities ? fixed(100 * amount, 1) : fixed(amount, 2);
    const unit = probabilities ? 'percentage points' : 'logits';
    return Number(text) === 0
      ? 'as uncovered'
      : `${text} ${unit} ${value < uncovered ? 'below' : 'above'} the uncovered value`;
  };
  const [least, most] = [Math.min(...scores), Math.max(...scores)];
  const all = rows * columns;
  const places = (some: number) => (all === 1 ? 'There' : `At ${count(some)} of ${count(all)} positions`);
  const stride = columns > 1 ? ['4×4 px occluder at stride 4'] : [];
  const range =
    rows * columns === 1
      ? [`has one position`, number(least)]
      : [
          `has ${count(rows * columns)} positions`,
          `${number(least)} (${change(least)})`,
          `${number(most)} (${change(most)})`,
        ];
  const turned = logits.filter((value) => value > 0 !== target.logit > 0).length;
  const order =
    target.probability !== null ? [] : turned === 0 ? ['the same at every position'] : [`${places(turned)} the order`];
  if (best === null || best.classes.includes(null)) return [...stride, ...range, ...order];
  const others = best.classes.filter((index) => index !== clean);
  const labels = [...new Set(others)].map((index) => short(networks[0]!.classes[index!]!));
  if (others.length === 0)
    return [...stride, ...range, ...order, 'at every position: no single patch overturns the decision'];
  const named = labels.length <= 3 ? labels : [];
  return [
    ...stride,
    ...range,
    ...order,
    `${places(others.length)} another class becomes the most probable one`,
    ...named,
  ];
}

/** Every number of a text: digits with their sign, references and names without any left out. */
const numbersIn = (text: string) => text.replace(/<[^<>]*>/g, '').match(/−?\d+(?:[.,]\d+)*(?: %)?/g) ?? [];

describe('papers of random studies', () => {
  const seeds = Array.from({ length: 240 }, (_, i) => i + 1);
  const papers = seeds.map((seed) => ({ seed, ...paperOf(seed) }));

  it('are of every kind of figure, of one and of several, with right answers and wrong ones', () => {
    const kinds = new Set(papers.flatMap(({ context }) => context.figures.map(({ entry }) => entry.kind)));
    expect([...kinds].sort()).toEqual(
      figureKinds()
        .map(({ kind }) => kind)
        .sort(),
    );
    const all = papers.flatMap(({ context }) => context.figures.flatMap(answers));
    for (const test of [
      all.some(({ wrong }) => wrong),
      all.some(({ wrong, truth }) => truth !== null && !wrong),
      all.some(({ truth }) => truth === null),
      papers.some(({ context }) => context.figures.length === 1),
      papers.some(({ claims }) => claims === 1),
    ]) {
      expect(test).toBe(true);
    }
  });

  it.each(papers)('say of each figure what its numbers say, and no other number: $seed', ({ context, blocksOf }) => {
    const blocks = blocksOf('results');
    for (const result of context.figures) {
      const { entry } = result;
      const names = entry.kind === 'features' ? `${entry.id}-1` : entry.id;
      const at = blocks.findIndex((block) => block.block === 'figure' && block.id === names);
      const text = plain([blocks[at - 1]!]);
      const must = expected(result);
      for (const one of must) expect(text, one).toContain(one);
      const allowed = new Set(must.flatMap(numbersIn));
      const steps = 'steps' in entry ? [String(entry.steps)] : [];
      for (const number of numbersIn(text)) {
        if (!steps.includes(number) && !/^[1-9]\d?$/.test(number)) expect([...allowed], text).toContain(number);
      }
      const wrong = answers(result).filter((answer) => answer.wrong);
      const shown = figureKind(entry.kind).showsPhoto ?? true;
      expect(text.match(/which is wrong: the truth is/g)?.length ?? 0, text).toBe(shown ? wrong.length : 0);
      for (const { truth } of shown ? wrong : []) expect(text).toContain(`which is wrong: the truth is ${truth}`);
    }
  });

  it.each(papers)('count every decision once: $seed', ({ context, head }) => {
    const decisions = new Map<string, boolean>();
    const photos = new Set<string>();
    for (const result of context.figures) {
      if (figureKind(result.entry.kind).showsPhoto === false) continue;
      photos.add(result.photo.sha256);
      answers(result).forEach(({ truth, wrong }, i) => {
        if (truth !== null) decisions.set(`${result.networks[i]!.name} ${result.photo.sha256}`, wrong);
      });
    }
    const wrong = [...decisions.values()].filter(Boolean).length;
    if (decisions.size === 0) expect(head).not.toContain('decision for which the truth is known');
    else if (decisions.size === 1) expect(head).toContain(`truth is known is ${wrong === 1 ? 'wrong' : 'right'}.`);
    else {
      const none = wrong === 0 ? 'none' : count(wrong);
      expect(head).toContain(
        `Of ${count(decisions.size)} decisions for which the truth is known ${none} ${wrong > 1 ? 'are' : 'is'} wrong.`,
      );
    }
    if (photos.size > 0) expect(head).toContain(` on ${count(photos.size)} picture${photos.size > 1 ? 's' : ''} (`);
    const methods = new Set(context.figures.flatMap(({ maps }) => maps.map(({ method }) => method))).size;
    if (methods > 0) expect(head).toContain(`We ask ${count(methods)} method${methods > 1 ? 's' : ''} of explanation`);
    else expect(head).not.toContain('method');
  });

  it.each(papers)('speak of nothing that is not shown: $seed', ({ context, made, head, terms, claims }) => {
    const text = [head, terms.join(), ...made.map(({ blocks }) => plain(blocks))].join('\n');
    const methods = new Set(context.figures.flatMap(({ maps }) => maps.map(({ method }) => method)));
    for (const method of context.claims?.methods ?? []) methods.add(method);
    const kinds = new Set(context.figures.map(({ entry }) => entry.kind));
    const spoken: readonly (readonly [boolean, RegExp])[] = [
      [methods.has('saliency'), /saliency/i],
      [methods.has('occlusion'), /occlu|patch/i],
      [methods.has('cam'), /class activation/i],
      [methods.has('grad-cam'), /Grad-CAM/],
      [methods.has('deconvolution'), /deconvolution/i],
      [methods.has('rise'), /RISE/],
      [methods.has('lime'), /LIME/],
      [kinds.has('features'), /feature maps|channels of a layer/i],
      [kinds.has('maximised'), /maximis|noise/i],
      [claims > 0, /claim/i],
    ];
    for (const [shown, word] of spoken) if (!shown) expect(text).not.toMatch(word);
    const are = claims === 1 ? 'claim is' : 'claims are';
    if (claims > 0) expect(head.toLowerCase()).toContain(`${count(claims)} ${are} put to numbers`);
  });

  it.each(papers)('are English without holes: $seed', ({ made, head, terms }) => {
    const blocks = made.flatMap((section) => section.blocks);
    const lines = [head, terms.join(', '), ...plain(blocks).split('\n')];
    for (const line of lines) {
      expect(line).not.toMatch(/undefined|NaN|null|Infinity|\[object|\bfalse\b/);
      expect(line).not.toMatch(/ {2}| [.,;:)]|\.\.|,,|;;|\( |^ | $/);
      expect(line).not.toMatch(/\bone (?:methods|pictures|decisions|positions|claims|steps|channels|networks)\b/);
      expect(line).not.toMatch(
        /\b(?:two|three|four|five|six|seven|\d\d+) (?:method|picture|decision|position|claim|step)\b/,
      );
      expect(line).not.toMatch(/\ban? (?:two|three|animals)\b|\ba [aeio]\w+ (?:is|says)\b/);
    }
    for (const block of blocks) {
      if (block.block === 'paragraph') expect(proseText(block.prose)).toMatch(/^[A-Z<\d][\s\S]*[.:]$/);
    }
    for (const { blocks: own } of made) {
      const titles = own.flatMap((block) => (block.block === 'heading' ? [block.title] : []));
      expect(new Set(titles).size).toBe(titles.length);
    }
    expect(() => numberBlocks(blocks, references)).not.toThrow();
  });
});
