import type { Attribution } from '../explain/attribution';
import { catalogue } from '../explain/methods/catalogue';
import { correlation } from '../explain/statistics/correlation';
import { massOutside } from '../explain/metrics/mass-outside';
import { placeWords, summariseMap } from '../plots/describe-map';
import { className, maximisedName, percent, targetName, targetWords as targetScore, titleInside } from '../plots/words';
import { animalKinds } from '../scenes/spec';
import type { FigureResult } from './explain-figure';
import { called, inSentence, type NetworkNames } from './network-names';
import { decimal, inWords, percentage } from './numbers';

/** Where a map's mass lies, in words; what only drawn scenes can tell is null for photos. */
function massWords(map: Attribution, { scene }: FigureResult) {
  const summary = summariseMap(map);
  const common = {
    halfMass: percentage(summary.halfMassArea ?? 0, 0),
    peak: placeWords((summary.peak.x + 0.5) / map.width, (summary.peak.y + 0.5) / map.height),
    empty: summary.halfMassArea === null,
  };
  if (scene === null) return { ...common, onAnimal: null, animalArea: null, prefers: null };
  const { inside, area } = animalShare(map, scene);
  return { ...common, onAnimal: percentage(inside, 0), animalArea: percentage(area, 0), prefers: inside > 1.5 * area };
}

/** Share of a map's positive mass on the animals of a drawn scene, and of the picture that they fill. */
function animalShare(map: Attribution, scene: NonNullable<FigureResult['scene']>) {
  const masks = scene.objects.filter(({ kind }) => (animalKinds as readonly string[]).includes(kind));
  const animals = Uint8Array.from({ length: scene.image.width * scene.image.height }, (_, i) =>
    masks.some(({ mask }) => mask[i]! > 0) ? 255 : 0,
  );
  const outside = massOutside(map, animals, scene.image);
  return { inside: 1 - (outside.mass ?? 1), area: 1 - outside.area };
}

function scoreWords(
  { classes, network }: FigureResult['classifications'][number],
  truth: string | null,
  names: NetworkNames,
) {
  const [best, second] = classes;
  return {
    network: called(names, network),
    best: className(best!.label),
    bestProbability: percent(best!.probability),
    second: className(second!.label),
    secondProbability: percent(second!.probability),
    truth,
    mistaken: truth !== null && truth !== className(best!.label),
  };
}

/** An amount of what an occluder changes: percentage points of a probability, or logits of a difference of classes. */
const amount = (value: number, probable: boolean) =>
  probable ? `${decimal(100 * value, 1)} percentage points` : `${decimal(value)} logits`;

/** Numbers of one occluder. */
function occluderWords({ grid, target, width, height }: Attribution) {
  const { probabilities, size, columns, rows, lefts, tops } = grid!;
  const scores = probabilities ?? grid!.logits;
  const probable = probabilities !== null;
  const number = (value: number) => (probable ? percent(value) : decimal(value));
  /** Of a difference, the probability of its first class against its second: the order of two classes turns at one half. */
  const share = (value: number) => (probable ? value : 1 / (1 + Math.exp(-value)));
  const clean = target.probability ?? target.logit;
  const [least, most] = [scores.indexOf(Math.min(...scores)), scores.indexOf(Math.max(...scores))];
  const place = (index: number) =>
    placeWords(
      (lefts[index % columns]! + size[1] / 2) / width,
      (tops[Math.floor(index / columns)]! + size[0] / 2) / height,
    );
  const drop = clean - scores[least]!;
  return {
    size: size.join('×'),
    stride: String(lefts.length > 1 ? lefts[1]! - lefts[0]! : 0),
    positions: String(rows * columns),
    lowest: number(scores[least]!),
    lowestPlace: place(least),
    highest: number(scores[most]!),
    highestPlace: place(most),
    falls: drop >= 0,
    drop: amount(Math.abs(drop), probable),
    flips: share(clean) >= 0.5 && share(scores[least]!) < 0.5,
    matters: share(clean) - share(scores[least]!) >= 0.1,
    raises: scores[most]! > clean + (probable ? 0.02 : Math.abs(drop) / 10),
    raw: { drop, probable },
  };
}

/** `86.5 %`; of a difference of classes, which has no probability, `a score difference of 3.24 logits`. */
const probabilityWords = ({ probability, logit }: Pick<Attribution['target'], 'probability' | 'logit'>) =>
  probability === null ? `a score difference of ${decimal(logit)} logits` : percent(probability);

/** The explained class; for feature maps, which explain none, the best one. */
function targetWords({ maps, classifications }: FigureResult) {
  const best = classifications[0]!.classes[0]!;
  const { index, probability, logit } = maps[0]?.target ?? best;
  return {
    target: maps[0] === undefined ? className(best.label) : targetName(maps[0].target),
    /** Of a difference of classes, which has none, what stands in its place. */
    targetProbability: probabilityWords({ probability, logit }),
    difference: probability === null,
    /** To stand behind `P(wolf)`: `= 86.5 %`, or `> 99.9 %`. */
    targetEquals: percent(probability ?? 0).replace(/^(?=\d)/, '= '),
    targetIsBest: index === best.index,
  };
}

/** Correlation of two maps’ absolute values. */
const correlate = (a: Attribution, b: Attribution) => correlation(a.values.map(Math.abs), b.values.map(Math.abs));

/** The most and the least alike of several maps. */
function agreementWords(maps: readonly Attribution[]) {
  const pairs = maps.flatMap((a, i) => maps.slice(i + 1).map((b) => ({ a, b, r: correlate(a, b) })));
  pairs.sort((one, other) => other.r - one.r);
  const words = ({ a, b, r }: (typeof pairs)[number]) => ({
    a: titleInside(a),
    b: titleInside(b),
    correlation: decimal(r),
  });
  return {
    count: inWords(maps.length),
    many: pairs.length > 1,
    most: words(pairs[0]!),
    least: words(pairs.at(-1)!),
    apart: pairs.at(-1)!.r < 0.3,
  };
}

/** Mean share of the places at which channels are above zero. */
function activeShare(channels: readonly Float32Array[]): number {
  const shares = channels.map((values) => values.filter((value) => value > 0).length / values.length);
  return shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
}

/** How the places at which the channels answer change with depth. */
function fewerWords({ features }: FigureResult) {
  if (features.length < 2) return null;
  const [shallow, deep] = [features[0]!, features.at(-1)!].map(({ maps }) =>
    activeShare(maps.map(({ values }) => values)),
  );
  const [from, to] = [percentage(shallow!, 0), percentage(deep!, 0)];
  return { same: from === to, sparser: deep! < shallow!, from, to };
}

/** Everything that the texts may say of one figure. */
export function describeFigure(result: FigureResult, names: NetworkNames) {
  const { entry, maps, networks, classifications, scene, photo } = result;
  const [first, second] = maps;
  const drawn = scene !== null && !scene.label.includes('+') && scene.label !== '' ? scene.label : null;
  const truth = entry.truth ?? drawn;
  const sigmoid = networks[0]!.output === 'sigmoid';
  return {
    id: entry.id,
    kind: entry.kind,
    shows: inSentence(entry.shows),
    source: photo.source,
    ...scoreWords(classifications[0]!, truth, names),
    ...targetWords(result),
    mass: first === undefined ? null : massWords(first, result),
    occluders: maps.filter(({ grid }) => grid !== null).map(occluderWords),
    finer:
      entry.kind === 'occlusion' && second ? finerWords(occluderWords(first!).raw, occluderWords(second).raw) : null,
    pair:
      entry.kind === 'cam'
        ? {
            layer: first!.layer,
            rival: targetName(second!.target),
            rivalProbability: probabilityWords(second!.target),
            /** Either is no class, but a difference of two. */
            differences: maps.some(({ target }) => target.probability === null),
            rivalPeak: massWords(second!, result).peak,
            /** One logit for two classes: the rival's map is a multiple by construction, of two classes the negative. */
            byConstruction: sigmoid,
            correlation: decimal(correlation(first!.coarse!.values, second!.coarse!.values)),
            opposed: correlation(first!.coarse!.values, second!.coarse!.values) < 0.5,
          }
        : null,
    agreement: entry.kind === 'methods' ? agreementWords(maps) : null,
    alike: entry.kind === 'deconvolution' ? decimal(correlate(first!, second!)) : null,
    secondEmpty: second?.values.every((value) => value === 0) ?? false,
    alikeHigh: entry.kind === 'deconvolution' && correlate(first!, second!) > 0.5,
    layers: result.features.map(({ layer, width, height, maps: channels, of }, i) => ({
      id: `${entry.id}-${i + 1}`,
      layer,
      size: `${width}×${height}`,
      of: String(of),
      active: percentage(activeShare(channels.map(({ values }) => values)), 0),
    })),
    fewer: fewerWords(result),
    compared:
      entry.kind === 'classes'
        ? {
            method: titleInside(first!),
            maps: maps.map((map) => ({ target: targetScore(map), ...massWords(map, result) })),
          }
        : null,
    maximised: result.maximised.map(({ scores, options, ...one }) => ({
      of: maximisedName(one),
      from: decimal(scores[0]!),
      to: decimal(scores.at(-1)!),
      steps: String(options.steps),
    })),
    sides:
      entry.kind === 'networks'
        ? maps.map((map, i) => ({
            ...scoreWords(classifications[i]!, truth, names),
            mass: massWords(map, result),
          }))
        : null,
    ...compared(result, truth),
  };
}

/** Whether two networks agree, and whether the one that errs looks away from the animal more than the other. */
function compared(result: FigureResult, truth: string | null) {
  const { entry, classifications, maps, networks, scene } = result;
  if (entry.kind !== 'networks') return { sameClasses: false, sameAnswer: false, strays: false };
  const answers = classifications.map(({ classes }) => className(classes[0]!.label));
  const [wrong, right] = [true, false].map((mistaken) =>
    maps.find((_, i) => truth !== null && (answers[i] !== truth) === mistaken),
  );
  const onAnimal = (map: Attribution) => animalShare(map, scene!).inside;
  return {
    /** Answers of networks with different classes cannot be compared by their words. */
    sameClasses: [...networks[0]!.classes].sort().join() === [...networks[1]!.classes].sort().join(),
    sameAnswer: answers[0] === answers[1],
    strays: scene !== null && wrong !== undefined && right !== undefined && onAnimal(wrong) < onAnimal(right),
  };
}

function finerWords(coarse: { drop: number; probable: boolean }, fine: { drop: number }) {
  const least = coarse.probable ? 0.005 : 0.05;
  return {
    amount: amount(Math.abs(fine.drop - coarse.drop), coarse.probable),
    more: fine.drop > coarse.drop + least,
    less: fine.drop < coarse.drop - least,
  };
}

export type FigureWords = ReturnType<typeof describeFigure>;

/** Methods that the paper speaks of where a study shows them. */
const furtherMethods = catalogue
  .map(({ name }) => name)
  .filter((name) => !['saliency', 'occlusion', 'cam', 'deconvolution'].includes(name));

/** What the abstract and the discussion say of all figures together. */
export function describeFigures(results: readonly FigureResult[], names: NetworkNames) {
  const figures = results.map((result) => describeFigure(result, names));
  // A difference of classes is no decision, and its logits are no percentage points.
  const decisions = figures.filter(({ difference, occluders }) => !difference && occluders.length > 0);
  const drops = decisions.flatMap(({ occluders }) => occluders.map(({ raw }) => raw.drop));
  const decisive = decisions.filter(({ occluders }) => occluders.some(({ flips }) => flips)).length;
  const occluded = decisions.length;
  const photos = new Set(results.map(({ photo }) => photo.sha256)).size;
  // A decision shown in several figures is one decision.
  const asked = new Map(figures.map((figure) => [`${figure.network} ${figure.source}`, figure]));
  const judged = [...asked.values()].filter(({ truth }) => truth !== null);
  const mistaken = judged.filter((figure) => figure.mistaken).length;
  const methods = new Set(results.flatMap(({ maps }) => maps.map(({ method }) => method)));
  return {
    figures,
    count: inWords(photos),
    many: photos > 1,
    manyDrops: drops.length > 1,
    manyOccluded: occluded > 1,
    oneMistaken: mistaken <= 1,
    largestDrop: drops.length === 0 ? null : decimal(100 * Math.max(...drops), 1),
    smallestDrop: drops.length === 0 ? null : decimal(100 * Math.min(...drops), 1),
    occluded: inWords(occluded),
    decisive: inWords(decisive),
    anyDecisive: decisive > 0,
    mistaken: inWords(mistaken),
    judged: judged.length === 0 ? null : inWords(judged.length),
    oneJudged: judged.length === 1,
    methods: inWords(methods.size),
    further: Object.fromEntries(furtherMethods.map((name) => [name, methods.has(name)])),
    uses: {
      ...Object.fromEntries(
        (['deconvolution', 'features', 'maximised', 'networks', 'methods'] as const).map((kind) => [
          kind,
          figures.some((figure) => figure.kind === kind),
        ]),
      ),
      occludedDifference: figures.some(({ difference, occluders }) => difference && occluders.length > 0),
    },
    networks: [...new Map(results.flatMap(({ networks }) => networks).map((one) => [one.name, one])).values()],
  };
}

export type FiguresWords = ReturnType<typeof describeFigures>;
