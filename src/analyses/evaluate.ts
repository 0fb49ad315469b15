import { WhylightError } from '../explain/errors';
import type { MethodCall } from '../explain/explain-all';
import { type Look, withLook } from '../explain/look';
import type { Measure, MeasureCase, MeasuredMap, MeasureOutcome } from '../explain/measures/define-measure';
import { mapByMethod } from '../explain/measures/remake';
import type { Network } from '../explain/network/network';
import { type RunOptions, withAmbient, yieldToEvents } from '../explain/progress';
import { type EntryKey, identityOf } from '../explain/store/key';
import { networkIdentity } from '../explain/store/network-identity';
import { type StoreOptions, storedResult } from '../explain/store/store';
import type { ResolvedTarget } from '../explain/target';
import { type EvaluatedMap, type MapCase, type MapSource, otherMaps } from './evaluation-maps';
import type { EvaluationPhoto } from './evaluation-photo';

/** A measure with its own options. */
export interface MeasureCall {
  readonly measure: Measure;
  /** Default: none. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** What is evaluated, and how. */
export interface EvaluateOptions extends RunOptions {
  readonly methods: readonly MethodCall[];
  readonly measures: readonly MeasureCall[];
  /** Maps beside those of the methods: baselines, files. Default: none. */
  readonly others?: readonly MapSource[];
  /** Which class is explained: the network's answer, or the one that is right. Default `answer`. */
  readonly target?: 'answer' | 'label';
  /** Of what measures and baselines draw by chance. Default 1. */
  readonly seed?: number;
  /** Twins of networks that were trained on random labels, by the network's name. Default: none. */
  readonly twins?: ReadonlyMap<string, Network>;
  /** Where outcomes are kept, so that an interrupted run goes on. Default: nowhere. */
  readonly store?: StoreOptions;
}

/** What one measure says of one map. */
export interface EvaluationRow extends Omit<MeasureOutcome, 'notes'> {
  readonly network: string;
  readonly photo: string;
  /** The method's, baseline's or library's name. */
  readonly map: string;
  readonly measure: string;
  readonly notes?: readonly string[];
}

/** One photo under one network. */
export interface EvaluationCase {
  readonly network: string;
  readonly photo: string;
  readonly label: string | null;
  readonly answer: string;
  /** Whether the answer is one of the classes that are right; null where these are not known. */
  readonly right: boolean | null;
  /** The class that was explained. */
  readonly target: string;
  readonly logit: number;
  readonly probability: number | null;
}

/** All outcomes: maps × measures × photos × networks. */
export interface Evaluation {
  readonly networks: readonly { readonly name: string; readonly title: string }[];
  readonly maps: readonly EvaluatedMap[];
  /** Names of the measures, in their order. */
  readonly measures: readonly string[];
  readonly cases: readonly EvaluationCase[];
  readonly rows: readonly EvaluationRow[];
  readonly seed: number;
}

/**
 * Measures the maps of methods, and maps that know nothing, on photos under networks. Every photo is seen by every network.
 *
 * @throws WhylightError for no networks, photos, maps or measures, two maps of one name, and for what they refuse; AbortedError when interrupted.
 */
export async function evaluate(
  networks: readonly Network[],
  photos: readonly EvaluationPhoto[],
  options: EvaluateOptions,
): Promise<Evaluation> {
  const { methods, measures, others = [], seed = 1, onProgress, signal } = withAmbient(options);
  for (const [what, list] of Object.entries({ networks, photos, measures, maps: [...methods, ...others] })) {
    if (list.length === 0) throw new WhylightError(`${what}: none (allowed: from one)`);
  }
  for (const { measure, options: own } of measures) measure.parse(own ?? {});
  refuseTwinless(networks, measures, options.twins);
  for (const { method, options: own } of methods) method.parse(own ?? {});
  const maps: readonly EvaluatedMap[] = [
    ...methods.map(({ method: { name, title } }) => ({ name, title, kind: 'method' as const })),
    ...others.map(({ name, title, kind }) => ({ name, title, kind })),
  ];
  const twin = maps.find(({ name }, i) => maps.findIndex((one) => one.name === name) < i);
  if (twin !== undefined) throw new WhylightError(`two maps are called ${twin.name} (give each its own name)`);
  const cases: EvaluationCase[] = [];
  const rows: EvaluationRow[] = [];
  const total = networks.length * photos.length;
  for (const network of networks) {
    for (const photo of photos) {
      const one = await evaluatePhoto(network, photo, photos, { ...options, seed });
      cases.push(one.photoCase);
      rows.push(...one.rows);
      onProgress?.({ label: 'photos evaluated', done: cases.length, total });
      await yieldToEvents(signal);
    }
  }
  return {
    networks: networks.map(({ name, title }) => ({ name, title })),
    maps,
    measures: measures.map(({ measure }) => measure.name),
    cases,
    rows,
    seed,
  };
}

/** A measure that no network can answer is refused before any work. */
function refuseTwinless(
  networks: readonly Network[],
  measures: readonly MeasureCall[],
  twins: EvaluateOptions['twins'] = new Map(),
): void {
  const asking = measures.find(({ measure }) => measure.needs.includes('twin'));
  const without = networks.filter(({ name }) => !twins.has(name));
  if (asking === undefined || without.length < networks.length) return;
  throw new WhylightError(twinless(asking.measure.name, without[0]!.name));
}

/** Why a measure of random labels says nothing of a network. */
export const twinless = (measure: string, network: string): string =>
  `${measure} compares a network with its twin that was trained on random labels, and the card of ${network} names none (randomLabels: NAME in the card; whylight train NAME --labels random --keep last makes one)`;

interface Seeded {
  readonly seed: number;
}

/** What decides the outcomes of one photo under one network. */
type Subject = Pick<MapCase, 'photo' | 'photos'> & { readonly network: Network };

/** What the outcomes of each measure are kept under, in their order. */
function keysOf(
  { network, photo, photos }: Subject,
  { methods, measures, others = [], target = 'answer', twins, seed, memoryMB }: EvaluateOptions & Seeded,
): readonly EntryKey[] {
  const shared = {
    network: networkIdentity(network),
    photo: [photo.photo.sha256, photo.key],
    methods: methods.map(({ method, options }) => [method.name, method.parse(options ?? {})]),
    others: others.map(({ name, key }) => [name, key(photo, photos)]),
  };
  const twin = twins?.get(network.name);
  return measures.map(({ measure, options }): EntryKey => {
    const compared = measure.needs.includes('twin') && twin !== undefined ? { twin: networkIdentity(twin) } : {};
    const evaluation = [measure.name, measure.parse(options ?? {}), seed, target, memoryMB ?? null];
    const parts = { ...shared, ...compared, evaluation };
    return { kind: 'measurements', parts, code: ['explain', 'analyses', 'scenes'] };
  });
}

/** The identities of the entries in which {@link evaluatePhoto} keeps what it found: equal only where every byte of it is. */
export const outcomeIdentities = (subject: Subject, options: EvaluateOptions & Seeded): readonly string[] =>
  keysOf(subject, options).map(identityOf);

/** One photo under one network. */
export async function evaluatePhoto(
  network: Network,
  photo: EvaluationPhoto,
  photos: readonly EvaluationPhoto[],
  options: EvaluateOptions & Seeded,
): Promise<{ readonly photoCase: EvaluationCase; readonly rows: EvaluationRow[] }> {
  const { target: choice = 'answer', memoryMB, signal } = options;
  return withLook(network, photo.photo, async (look) => {
    const target = choice === 'label' ? labelOf(photo, look) : look.target();
    const run = { memoryMB, signal };
    return {
      photoCase: caseOf(network, photo, look, target),
      rows: await outcomesOf({ look, target, photo, photos, run }, options),
    };
  });
}

/** Of the classes that are right the one with the highest logit. */
function labelOf({ name, classes }: EvaluationPhoto, look: Look): ResolvedTarget {
  const targets = (classes(look.network) ?? []).map((index) => look.target(index));
  if (targets.length > 0) return targets.reduce((best, one) => (one.logit > best.logit ? one : best));
  throw new WhylightError(`of ${name} it is not known which class of ${look.network.name} is right`);
}

function caseOf(
  network: Network,
  { name, label, classes }: EvaluationPhoto,
  look: Look,
  target: ResolvedTarget,
): EvaluationCase {
  const { index, label: answer } = look.classification.classes[0]!;
  return {
    network: network.name,
    photo: name,
    label,
    answer,
    right: classes(network)?.includes(index) ?? null,
    target: target.label,
    logit: target.logit,
    probability: target.probability,
  };
}

/** What is kept of each measure is read; the truth of the photo and its maps are made only for the rest. */
async function outcomesOf(
  at: Pick<MapCase, 'photo' | 'photos' | 'run'> & Pick<MeasureCase, 'look' | 'target'>,
  evaluation: EvaluateOptions & Seeded,
): Promise<EvaluationRow[]> {
  const { methods, measures, others = [], twins, seed, store } = evaluation;
  const { look, photo, photos, run } = at;
  const { network } = look;
  const twin = twins?.get(network.name) ?? null;
  let pending: Promise<Work> | null = null;
  const work = () => {
    pending ??= makeMaps({ ...at, twin }, methods, others, seed);
    return pending;
  };
  const rows: EvaluationRow[] = [];
  const keys = keysOf({ network, photo, photos }, evaluation);
  for (const [i, { measure, options }] of measures.entries()) {
    const settings = measure.parse(options ?? {});
    const outcomes = await storedResult(
      store ?? { folder: null },
      `${measure.name} of ${photo.name} (${network.name})`,
      keys[i]!,
      async () => {
        const { measured, maps } = await work();
        const answers = await measure.measure(measured, maps, { ...settings, ...run });
        return maps.map(({ name }, place) => ({ map: name, outcome: answers[place] ?? null }));
      },
    );
    for (const { map, outcome } of outcomes) {
      if (outcome === null) continue;
      rows.push({ network: network.name, photo: photo.name, map, measure: measure.name, ...outcome });
    }
  }
  return rows;
}

/** All that measures need of one photo. */
interface Work {
  readonly measured: MeasureCase;
  readonly maps: readonly MeasuredMap[];
}

async function makeMaps(
  { look, target, twin, photo, photos, run }: Parameters<typeof outcomesOf>[0] & Pick<MeasureCase, 'twin'>,
  methods: readonly MethodCall[],
  others: readonly MapSource[],
  seed: number,
): Promise<Work> {
  const measured = {
    look,
    target,
    mask: photo.mask(look.input),
    things: await photo.things(look, target, run),
    twin,
    seed,
  };
  const maps: MeasuredMap[] = [];
  for (const { method, options } of methods) maps.push(await mapByMethod(method, look, target, options, run));
  maps.push(...(await otherMaps(others, { measured, photo, photos, maps, run })));
  return { measured, maps };
}
