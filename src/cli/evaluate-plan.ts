import { baselineMaps } from '../analyses/baseline-maps';
import type { EvaluateOptions, MeasureCall } from '../analyses/evaluate';
import type { EvaluationPhoto } from '../analyses/evaluation-photo';
import { measuresFor, methodsFor, presets } from '../analyses/evaluation-presets';
import { mapFiles } from '../analyses/map-files';
import { didYouMean } from '../explain/did-you-mean';
import { WhylightError } from '../explain/errors';
import type { MethodCall } from '../explain/explain-all';
import { findMeasure, measures } from '../explain/measures';
import { findMethod, methods } from '../explain/methods';
import { optionValue } from '../explain/methods/method-options';
import { loadNetwork } from '../explain/network/load-network';
import type { Network } from '../explain/network/network';
import { loadRandomLabelsTwin } from '../explain/network/random-labels-twin';
import type { RunOptions } from '../explain/progress';
import { type PhotosRequest, photosOf, unknownLabels, withLabels } from './evaluate-photos';
import type { Settings } from './options';
import { addModules } from './with';

/** What decides the outcomes of an evaluation. */
export interface EvaluationRequest extends PhotosRequest {
  readonly network: readonly string[];
  readonly methods?: readonly string[];
  readonly measures?: readonly string[];
  readonly preset: 'fast' | 'thorough';
  readonly option?: Settings;
  readonly maps?: string;
  readonly target: 'answer' | 'label';
  readonly memory?: number;
  readonly with?: readonly string[];
  readonly mirror?: string;
  readonly offline?: boolean;
}

/** Methods and measures by name, and what each is asked with. */
interface EvaluationChoice {
  readonly methods: readonly string[];
  readonly measures: readonly string[];
  /** Drawn scenes, where nobody says how many. */
  readonly scenes: number;
  readonly optionsOf: (name: string) => Readonly<Record<string, unknown>>;
}

/** Networks and photos in memory, and what is measured. */
export interface OpenEvaluation {
  readonly networks: readonly Network[];
  readonly photos: readonly EvaluationPhoto[];
  readonly options: EvaluateOptions & { readonly seed: number };
}

/**
 * Checks all that can be checked without the networks.
 * @throws WhylightError for unknown names and options
 */
export function evaluationChoice(request: EvaluationRequest): EvaluationChoice {
  if (request.with) addModules(request.with);
  const preset = presets[request.preset]();
  const choice = {
    methods: namesAmong(request.methods ?? preset.methods, methods, 'method'),
    measures: namesAmong(request.measures ?? preset.measures, measures, 'measure'),
  };
  const settings = readSettings(request.option ?? {}, [...choice.methods, ...choice.measures]);
  const optionsOf = (name: string) => ({ ...preset.options[name], ...settings[name] });
  for (const name of choice.methods) findMethod(name).parse(optionsOf(name));
  for (const name of choice.measures) findMeasure(name).parse(optionsOf(name));
  if (request.maps !== undefined && request.network.length > 1) {
    throw new WhylightError(
      `--maps is of one network, which its maps were made of; ${request.network.length} are asked: ${request.network.join(', ')}`,
    );
  }
  return { ...choice, scenes: preset.scenes, optionsOf };
}

/** How an evaluation is opened. */
interface OpenRun extends Pick<RunOptions, 'onProgress'> {
  readonly signal: AbortSignal;
  /** Told what was left out or assumed, a sentence each. */
  readonly onNote: (sentence: string) => void;
}

/**
 * Loads networks and photos, and leaves out what they do not allow.
 * @throws WhylightError for what none of them allows
 */
export async function openEvaluation(
  request: EvaluationRequest,
  run: OpenRun,
  choice: EvaluationChoice = evaluationChoice(request),
): Promise<OpenEvaluation> {
  const { onNote, signal } = run;
  const networks = await open(request, run);
  const { fit, omissions } = methodsFor(networks, choice.methods);
  omissions.forEach(onNote);
  const twins = await twinsOf(networks, choice.measures, request);
  const suitable = measuresFor(networks, choice.measures, twins, request.measures ?? []);
  suitable.omissions.forEach(onNote);
  const all = await photosOf(request, networks, choice.scenes, { signal, onNote });
  unknownLabels(all, networks).forEach(onNote);
  const { fit: photos, omissions: unlabelled } = withLabels(all, networks, request.target);
  unlabelled.forEach(onNote);
  const elsewhere = request.maps === undefined ? null : mapFiles(request.maps, photos);
  elsewhere?.omissions.forEach(onNote);
  const calls = {
    methods: fit.map((name): MethodCall => ({ method: findMethod(name), options: choice.optionsOf(name) })),
    measures: suitable.fit.map(
      (name): MeasureCall => ({ measure: findMeasure(name), options: choice.optionsOf(name) }),
    ),
  };
  const options = {
    ...calls,
    others: [...(elsewhere?.sources ?? []), ...baselineMaps(calls.methods)],
    target: request.target,
    twins,
    seed: request.seed,
    ...(request.memory && { memoryMB: request.memory }),
  };
  return { networks, photos, options };
}

async function open({ network: names, mirror, offline }: EvaluationRequest, run: OpenRun): Promise<Network[]> {
  const networks: Network[] = [];
  for (const name of names) {
    const network = await loadNetwork(name, { mirror, offline, ...run });
    const twin = networks.find((one) => one.name === network.name);
    if (twin !== undefined) throw new WhylightError(`two networks are called ${twin.name} (give each its own name)`);
    networks.push(network);
  }
  return networks;
}

/** The twins that the networks' cards name, where a measure asks for them. */
async function twinsOf(
  networks: readonly Network[],
  names: readonly string[],
  { network: cards, mirror, offline }: EvaluationRequest,
): Promise<ReadonlyMap<string, Network>> {
  const twins = new Map<string, Network>();
  if (!names.some((name) => findMeasure(name).needs.includes('twin'))) return twins;
  for (const [i, network] of networks.entries()) {
    const twin = await loadRandomLabelsTwin(network, cards[i]!, { mirror, offline });
    if (twin !== null) twins.set(network.name, twin);
  }
  return twins;
}

/** Names, `all` among them, each of which there is. */
function namesAmong(
  names: readonly string[],
  all: readonly { readonly name: string }[],
  what: string,
): readonly string[] {
  const existing = all.map(({ name }) => name);
  const list = names.flatMap((name) => (name === 'all' ? existing : [name]));
  const unknown = list.find((name) => !existing.includes(name));
  if (unknown === undefined) return [...new Set(list)];
  throw new WhylightError(
    `unknown ${what}: ${unknown} (known: ${existing.join(', ')}, all${didYouMean(unknown, existing)})`,
  );
}

/** `deletion.fill=blur`: values read by the schema of the method or measure that is named. */
function readSettings(settings: Settings, names: readonly string[]) {
  const result: Record<string, Record<string, unknown>> = {};
  for (const [key, text] of Object.entries(settings)) {
    const [scope, option] = key.split('.') as [string, string?];
    if (option === undefined || !names.includes(scope)) {
      throw new WhylightError(
        `option: ${key} (allowed: METHOD.${option ?? scope} or MEASURE.${option ?? scope} with one of ${names.join(', ')})`,
      );
    }
    const { schema } = methods.find(({ name }) => name === scope) ?? findMeasure(scope);
    result[scope] = { ...result[scope], [option]: optionValue(schema, option, text) };
  }
  return result;
}
