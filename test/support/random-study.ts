import type { MapChecks, WhyNumbers } from '../../src/analyses/why-numbers';
import type { ChangedAnswer, FillSearch, Regions } from '../../src/analyses/why-regions';
import { whyRules } from '../../src/analyses/why-rules';
import type { MaximisedActivation } from '../../src/explain/activation-maximisation';
import type { Attribution, BestClasses, TargetScore } from '../../src/explain/attribution';
import type { ClassScore } from '../../src/explain/classify';
import type { FeatureMaps } from '../../src/explain/feature-maps';
import type { ImageSample } from '../../src/explain/image/sample';
import { findMethod } from '../../src/explain/methods';
import type { Network } from '../../src/explain/network/network';
import { figureKinds } from '../../src/report/figures/index';
import type { FigureResult } from '../../src/report/figures/kind';
import { parseStudy, type Study } from '../../src/report/study';
import type { StudyResults } from '../../src/report/study-results';
import { Random } from '../../src/scenes/random';
import { drawScene, type Scene } from '../../src/scenes/scene';
import { animalKinds } from '../../src/scenes/spec';
import { instancesScene } from '../../src/scenes/study-scenes';

const [HEIGHT, WIDTH] = [16, 24];

/** A name without digits, so that every digit of a text is a number. */
const letters = (at: number): string =>
  (at < 21 ? '' : letters(Math.floor(at / 21))) + 'aeioubcdfghklmnprstvw'[at % 21];

const classesOf = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => animalKinds[i] ?? `${letters(i)}k, ${letters(i)}k of the field`);

function randomNetwork(random: Random, at: number): Network {
  const classes = classesOf(random.pick([2, 3, 12, 1000]));
  return {
    name: `card-${letters(at)}`,
    title: `The card of ${letters(at)}`,
    architecture: random.pick(['resnet', 'squeezenet', 'inception']),
    graph: [],
    parameters: new Map(),
    preprocessing: { resize: null, crop: [HEIGHT, WIDTH], mean: [0, 0, 0], std: [1, 1, 1] },
    inputShape: [HEIGHT, WIDTH, 3],
    output: classes.length === 2 && random.chance(0.5) ? 'sigmoid' : 'softmax',
    classes,
    camNode: random.chance(0.8) ? 'last' : null,
    weightsSha256: String(at).repeat(64).slice(0, 64),
  } as unknown as Network;
}

/** Probabilities of all classes: even ones, and ones of which one is nearly all. */
function probabilitiesOf(random: Random, count: number): Float32Array {
  const sharpness = random.pick([0.2, 2, 12]);
  const raw = Float64Array.from({ length: count }, () => Math.exp(sharpness * random.range(-1, 1)));
  const sum = raw.reduce((all, one) => all + one, 0);
  return Float32Array.from(raw, (one) => one / sum);
}

const ranked = ({ classes }: Network, probabilities: Float32Array): ClassScore[] =>
  classes
    .map((label, index) => ({
      index,
      label,
      logit: Math.log(probabilities[index]!),
      probability: probabilities[index]!,
    }))
    .sort((a, b) => b.probability - a.probability || a.index - b.index);

interface Picture {
  readonly photo: ImageSample;
  readonly scene: Scene | null;
}

function randomPicture(random: Random, at: number): Picture {
  if (random.chance(0.4)) {
    const spec = instancesScene(random.pick(animalKinds), random.integer(1, 3), { seed: at });
    const scene = drawScene({ ...spec, width: WIDTH, height: HEIGHT });
    return { photo: scene.image, scene };
  }
  const pixels = Uint8Array.from({ length: HEIGHT * WIDTH * 3 }, () => random.integer(0, 255));
  const photo = {
    pixels,
    width: WIDTH,
    height: HEIGHT,
    sha256: letters(at).padEnd(64, 'f'),
    source: `${letters(at)}.png`,
  };
  return { photo, scene: null };
}

/** What one network makes of one photo: the same in every figure. */
export interface Seen {
  readonly network: Network;
  readonly picture: Picture;
  readonly scores: readonly ClassScore[];
  /** The study's word for what is right; undefined: it says nothing. */
  readonly truth: string | undefined;
}

const asTarget = (score: ClassScore): TargetScore => ({
  kind: 'class',
  classes: [{ index: score.index, label: score.label }],
  ...score,
});

const target = (random: Random, { scores }: Seen): TargetScore => {
  const one = random.chance(0.6) ? scores[0]! : random.pick(scores.slice(0, 5));
  if (random.chance(0.8)) return asTarget(one);
  const other = scores.find(({ index }) => index !== one.index)!;
  const classes = [one, other].map(({ index, label }) => ({ index, label }));
  return {
    kind: 'difference',
    classes,
    label: `${one.label} − ${other.label}`,
    index: null,
    logit: one.logit - other.logit,
    probability: null,
  };
};

function randomMap(random: Random, method: string, { network, picture }: Seen, of: TargetScore): Attribution {
  const { title, unit } = findMethod(method);
  const kind = random.pick(['zero', 'negative', 'some', 'some', 'some', 'some', 'some'] as const);
  const value = () => (kind === 'zero' ? 0 : kind === 'negative' ? -random.next() : random.range(-0.4, 1));
  const values = Float32Array.from({ length: HEIGHT * WIDTH }, value);
  const layered = /cam/.test(method);
  return {
    method,
    title,
    unit,
    values,
    height: HEIGHT,
    width: WIDTH,
    signed: true,
    coarse: layered ? { values: values.slice(0, 12), height: 3, width: 4 } : null,
    grid: method === 'occlusion' ? randomGrid(random, network, of) : null,
    input: picture.photo,
    crop: { x: 0, y: 0, width: WIDTH, height: HEIGHT },
    photo: picture.photo,
    network,
    target: of,
    layer: layered ? 'last' : null,
    options: method === 'occlusion' ? { size: [4, 4], stride: [4, 4], fill: 'black' } : {},
    seed: null,
    elapsedMs: 0,
    notes: [],
  };
}

function randomGrid(random: Random, network: Network, of: TargetScore): NonNullable<Attribution['grid']> {
  const [rows, columns] = [random.integer(1, 4), random.integer(1, 6)];
  const each = Array.from({ length: rows * columns }, () => probabilitiesOf(random, network.classes.length));
  const best = each.map((all) => all.indexOf(Math.max(...all)));
  const known: BestClasses = { classes: best, probabilities: best.map((index, i) => each[i]![index]!), labels: {} };
  const partly = { ...known, classes: best.map((index, i) => (i === 0 ? null : index)) };
  return {
    rows,
    columns,
    tops: Array.from({ length: rows }, (_, i) => 4 * i),
    lefts: Array.from({ length: columns }, (_, i) => 4 * i),
    size: [4, 4],
    probabilities: of.index === null ? null : Float32Array.from(each, (all) => all[of.index!]!),
    logits: Float32Array.from(each, (all) => (of.index === null ? random.range(-2, 2) : Math.log(all[of.index]!))),
    best: random.pick([known, known, known, partly, null]),
  };
}

const randomFeatures = (random: Random, layer: string, { picture, network }: Seen, count: number): FeatureMaps => ({
  layer,
  height: 4,
  width: 5,
  of: 33,
  maps: Array.from({ length: count }, (_, channel) => {
    const share = random.pick([0, 0.5, 1]);
    const values = Float32Array.from({ length: 20 }, () => (random.chance(share) ? random.next() : 0));
    return { channel, mean: 1, values };
  }),
  input: picture.photo,
  photo: picture.photo,
  network,
});

const randomMaximised = (random: Random, { picture }: Seen, of: string, steps: number): MaximisedActivation => ({
  image: picture.photo,
  of,
  target: null,
  scores: [random.range(-3, 3), random.range(0, 30)],
  notes: [],
  seed: 0,
  options: { steps },
});

const changed = (random: Random, { scores }: Seen, margin: number): ChangedAnswer => {
  const { index, label } = random.pick(scores.slice(0, 3));
  return { index, label, probability: random.range(0.2, 0.999), margin };
};

function randomSearch(random: Random, seen: Seen, fill: FillSearch['fill']): FillSearch {
  const turned = random.chance(0.7);
  const side = random.integer(1, 9);
  const places = random.integer(2, 300);
  const turning = turned ? random.integer(1, places) : 0;
  const alone = changed(random, seen, random.range(-2, 2));
  return {
    fill,
    whole: changed(random, seen, random.pick([-1, 0, 1])),
    turned,
    squares: places + random.integer(0, 900),
    side,
    places,
    turning,
    apart: turning > 1 ? random.pick([0, turning - 1]) : 0,
    square: {
      top: random.integer(0, HEIGHT - side),
      left: random.integer(0, WIDTH - side),
      height: side,
      width: side,
      area: side ** 2 / (HEIGHT * WIDTH),
      with: changed(random, seen, turned ? -random.next() : random.next()),
    },
    alone,
    enough: alone.margin > 0,
  };
}

function randomRegions(random: Random, seen: Seen, fills: readonly FillSearch['fill'][]): Regions {
  const all = fills.map((fill) => randomSearch(random, seen, fill));
  const { turned } = all[0]!;
  const covered = Array.from({ length: random.integer(1, 3) }, (_, i) => i);
  return {
    turns: 'best',
    fills: turned ? all.slice(0, 1) : all,
    same: turned ? fills.slice(1).map((fill) => ({ fill, with: changed(random, seen, random.range(-1, 1)) })) : [],
    pieces: random.chance(0.5)
      ? {
          fill: fills[0]!,
          pieces: random.integer(4, 40),
          turned: random.chance(0.6),
          covered,
          area: random.next(),
          with: changed(random, seen, -1),
        }
      : null,
  };
}

function randomChecks(random: Random, { method, title }: Attribution, alone: boolean): MapChecks {
  const score = () => random.range(-6, 6);
  const list = () => [score(), score()];
  const range = list();
  return {
    method,
    title,
    fill: random.pick(['black', null]),
    place: random.pick(['at the left', 'in the centre', 'at the top']),
    deletion: {
      shares: [0.1, 0.2],
      before: score(),
      own: list(),
      mean: score(),
      places: 24,
      others: list(),
      lowest: list(),
      highest: list(),
      othersMean: score(),
      othersLeast: Math.min(...range),
      othersLargest: Math.max(...range),
      difference: random.chance(0.8)
        ? { value: score(), low: score(), high: score() }
        : { value: score(), low: null, high: null },
      atLeast: random.integer(0, 24),
      p: random.next(),
    },
    untrained: { networks: 1, mean: random.range(-1, 1) },
    rival: random.pick([null, random.range(-1, 1)]),
    fails: random.pick([null, null, alone ? null : 'place', 'network', 'flat']),
  };
}

/** Numbers of a `why` that no network gave. */
function randomWhy(random: Random, seen: Seen, maps: readonly Attribution[]): WhyNumbers {
  const { network, picture, scores } = seen;
  const quick = random.chance(0.3);
  const evaluation = { relation: 'other', network: 'Net', data: 'kennel', photos: 31 } as const;
  const choice = quick
    ? ({ by: 'rule', evaluation: random.pick([null, { ...evaluation, measured: 8 }]) } as const)
    : ({ by: 'evaluation', evaluation, without: [] } as const);
  const rules = { ...whyRules({ quick }), choice };
  const checks = maps.map((map) => randomChecks(random, map, maps.length === 1));
  const passes = checks.flatMap(({ fails }, i) => (fails === null ? [i] : []));
  const agreements = passes
    .flatMap((a, i) => passes.slice(i + 1).map((b) => [a, b] as const))
    .map((of) => ({
      of,
      correlation: random.range(-1, 1),
      places: 24,
      atLeast: 3,
      p: random.pick([0.04, random.next()]),
    }));
  const { target } = maps[0]!;
  const isAnswer = target.index === scores[0]!.index;
  return {
    photo: picture.photo,
    network,
    input: { height: HEIGHT, width: WIDTH, crop: { x: 0, y: 0, width: WIDTH, height: HEIGHT }, cell: 1 },
    answer: scores[0]!,
    runnerUp: scores[1]!,
    margin: 1,
    target,
    score: target.index === null ? 'own' : 'lead',
    isAnswer,
    rival: target.index === null ? null : scores.find(({ index }) => index !== target.index)!,
    rules,
    maps: checks,
    passing: passes.length,
    agreements: agreements.sort((a, b) => a.correlation - b.correlation),
    regions: random.chance(0.9) ? randomRegions(random, seen, rules.fills) : null,
  };
}

/** What a kind of figure is made of, besides what all have: its own keys, its maps, and what else it computes. */
function made(random: Random, kind: string, seen: readonly Seen[]) {
  const [first] = seen as readonly [Seen];
  const one = target(random, first);
  const maps = (methods: readonly string[], of = one) => methods.map((method) => randomMap(random, method, first, of));
  const occluder = { size: 4, stride: 4 };
  switch (kind) {
    case 'occlusion': {
      const occluders = random.chance(0.5) ? [occluder] : [occluder, occluder];
      return { keys: { occluders }, maps: maps(occluders.map(() => 'occlusion')), made: null };
    }
    case 'cam': {
      const rival = first.scores.find(({ index }) => index !== one.index)!;
      return { keys: {}, maps: [...maps(['cam']), randomMap(random, 'cam', first, asTarget(rival))], made: null };
    }
    case 'deconvolution':
      return { keys: {}, maps: maps(['saliency', 'deconvolution']), made: null };
    case 'methods': {
      const all = ['saliency', 'occlusion', 'cam', 'grad-cam', 'rise', 'lime', 'layer-cam', 'deconvolution'];
      const methods = all.filter(() => random.chance(0.5));
      const chosen = methods.length < 2 ? ['rise', 'lime'] : methods;
      return { keys: { methods: chosen, occluder }, maps: maps(chosen), made: null };
    }
    case 'classes': {
      const method = random.pick(['cam', 'grad-cam', 'rise']);
      const shown = first.scores.slice(0, random.integer(2, Math.min(4, first.scores.length)));
      const each = shown.map((score) => randomMap(random, method, first, asTarget(score)));
      return { keys: { method, targets: shown.map(({ index }) => index) }, maps: each, made: null };
    }
    case 'features': {
      const layers = ['early', 'middle', 'late'].slice(0, random.integer(1, 3));
      const channels = random.integer(1, 6);
      const features = layers.map((layer) => randomFeatures(random, layer, first, channels));
      return { keys: { layers, channels }, maps: [], made: features };
    }
    case 'maximised': {
      const steps = random.integer(1, 20);
      return { keys: { steps }, maps: [], made: [randomMaximised(random, first, 'logit of dog', steps)] };
    }
    case 'networks': {
      const method = random.pick(['saliency', 'cam']);
      const each = seen.map((own) => randomMap(random, method, own, asTarget(random.pick(own.scores.slice(0, 2)))));
      return { keys: { method }, maps: each, made: null };
    }
    case 'why': {
      const own = maps(['cam', 'integrated-gradients', 'grad-cam'].slice(0, random.integer(1, 3)));
      return { keys: {}, maps: own, made: randomWhy(random, first, own) };
    }
    default:
      return { keys: {}, maps: maps(['saliency']), made: null };
  }
}

/** A study of one to all kinds of figures and one to four networks, and results that no network computed. */
export function randomStudy(seed: number): { study: Study; results: StudyResults } {
  const random = new Random(seed);
  const networks = Array.from({ length: random.integer(1, 4) }, (_, at) => randomNetwork(random, at));
  const pictures = Array.from({ length: random.integer(1, 4) }, (_, at) => randomPicture(random, seed * 10 + at));
  const seen = networks.map((network) =>
    pictures.map((picture): Seen => {
      const scores = ranked(network, probabilitiesOf(random, network.classes.length));
      return { network, picture, scores, truth: undefined };
    }),
  );
  const truths = pictures.map(({ scene }) =>
    scene === null && random.chance(0.6) ? random.pick(animalKinds.slice(0, 2)) : undefined,
  );
  const names = figureKinds().map(({ kind }) => kind);
  const kinds = Array.from({ length: random.integer(1, 8) }, () => random.pick(names));
  const figures = kinds.map((kind, i): FigureResult => {
    const [picture, network] = [random.integer(0, pictures.length - 1), random.integer(0, networks.length - 1)];
    const pair = kind === 'networks' ? [network, (network + 1) % networks.length] : [network];
    const of = pair.map((at) => seen[at]![picture]!);
    const { keys, maps, made: own } = made(random, kind, of);
    const { photo, scene } = pictures[picture]!;
    const entry = {
      id: `figure-${letters(i)}`,
      kind,
      shows: `a picture of ${letters(picture)}`,
      photo: { file: photo.source },
      ...(truths[picture] === undefined ? {} : { truth: truths[picture] }),
      ...(kind === 'networks'
        ? { networks: pair.map((at) => networks[at]!.name) }
        : { network: networks[network]!.name }),
      ...keys,
    };
    const classifications = of.map(({ network, scores }) => ({ photo, network, classes: scores, input: photo }));
    return { entry, photo, scene, networks: of.map(({ network }) => network), classifications, maps, extras: own };
  });
  const called = networks.map((network, at) => [
    network.name,
    {
      card: network.name,
      ...(random.chance(0.7) && { called: `the ${letters(at + 5)} classifier` }),
      ...(random.chance(0.5) && { about: 'trained on pictures' }),
    },
  ]);
  const text = JSON.stringify({
    title: 'A random study',
    authors: ['Nobody'],
    data: 'pictures that were made up',
    networks: Object.fromEntries(called),
    figures: figures.map(({ entry }) => entry),
  });
  const loaded = new Map(networks.map((network) => [network.name, network]));
  return { study: parseStudy(text, 'random.yaml'), results: { networks: loaded, figures, claims: [], trust: [] } };
}
