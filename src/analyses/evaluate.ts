import { WhylightError } from '../explain/errors';
import type { MethodCall } from '../explain/explain-all';
import { withLook } from '../explain/look';
import type { Measure, MeasureCase, MeasuredMap, MeasureOutcome } from '../explain/measures/define-measure';
import { mapByMethod } from '../explain/measures/remake';
import type { Network } from '../explain/network/network';
import { type RunOptions, withAmbient, yieldToEvents } from '../explain/progress';
import { networkIdentity } from '../explain/store/network-identity';
import { type StoreOptions, storedResult } from '../explain/store/store';
import type { ResolvedTarget } from '../explain/target';
import { type EvaluatedMap, type MapSource, otherMaps } from './evaluation-maps';
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
  /** Whether the answer is the label; null where the label is not known. */
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
 * @throws WhylightError for no networks, photos, maps or measures, and for what they refuse; AbortedError when interrupted.
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
  for (const { method, options: own } of methods) method.parse(own ?? {});
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
    maps: [
      ...methods.map(({ method: { name, title } }) => ({ name, title, kind: 'method' as const })),
      ...others.map(({ name, title, kind }) => ({ name, title, kind })),
    ],
    measures: measures.map(({ measure }) => measure.name),
    cases,
    rows,
    seed,
  };
}

/** One photo under one network: what is kept of each measure is read, and maps are made only for the rest. */
async function evaluatePhoto(
  network: Network,
  photo: EvaluationPhoto,
  photos: readonly EvaluationPhoto[],
  { methods, measures, others = [], target: wish = 'answer', seed = 1, store, ...run }: EvaluateOptions,
): Promise<{ readonly photoCase: EvaluationCase; readonly rows: EvaluationRow[] }> {
  return withLook(network, photo.photo, async (look) => {
    const answer = look.classification.classes[0]!.label;
    if (wish === 'label' && photo.label === null) throw new WhylightError(`${photo.name} has no label to explain`);
    const target = look.target(wish === 'label' ? photo.label! : undefined);
    const { onProgress: _, journal: __, ...quiet } = run;
    const measured = await measuredCase(photo, look, target, seed, quiet);
    let made: Promise<readonly MeasuredMap[]> | null = null;
    const maps = () => {
      made ??= allMaps(methods, others, measured, photo, photos, quiet);
      return made;
    };
    const rows: EvaluationRow[] = [];
    for (const { measure, options: own } of measures) {
      const settings = measure.parse(own ?? {});
      const compute = async () => {
        const list = await maps();
        const outcomes = await measure.measure(measured, list, { ...settings, ...quiet });
        return list.map(({ name }, i) => ({ map: name, ...outcomes[i] }) as { map: string } & Partial<MeasureOutcome>);
      };
      const outcomes = await storedResult(
        store ?? { folder: null },
        `${measure.name} of ${photo.name} (${network.name})`,
        {
          kind: 'measurements',
          parts: {
            evaluation: [measure.name, settings, seed, wish, run.memoryMB ?? null],
            network: networkIdentity(network),
            photo: [photo.photo.sha256, photo.key],
            methods: methods.map(({ method, options }) => [method.name, method.parse(options ?? {})]),
            others: others.map(({ name, key }) => [name, key(photos)]),
          },
          code: ['explain', 'analyses', 'scenes'],
        },
        compute,
      );
      for (const outcome of outcomes) {
        if (outcome.value === undefined) continue;
        rows.push({
          network: network.name,
          photo: photo.name,
          measure: measure.name,
          ...outcome,
          value: outcome.value,
        });
      }
    }
    const right = photo.label === null ? null : answer === photo.label;
    const { label, logit, probability } = target;
    const known = { network: network.name, photo: photo.name, label: photo.label, answer, right };
    return { photoCase: { ...known, target: label, logit, probability }, rows };
  });
}

async function measuredCase(
  photo: EvaluationPhoto,
  look: MeasureCase['look'],
  target: ResolvedTarget,
  seed: number,
  run: RunOptions,
): Promise<MeasureCase> {
  return { look, target, mask: photo.mask(look), things: await photo.things(look, target, run), seed };
}

async function allMaps(
  methods: readonly MethodCall[],
  others: readonly MapSource[],
  measured: MeasureCase,
  photo: EvaluationPhoto,
  photos: readonly EvaluationPhoto[],
  run: RunOptions,
): Promise<readonly MeasuredMap[]> {
  const maps: MeasuredMap[] = [];
  for (const { method, options } of methods) {
    maps.push(await mapByMethod(method, measured.look, measured.target, options, run));
  }
  maps.push(...(await otherMaps(others, { measured, photo, photos, maps, run })));
  return maps;
}
