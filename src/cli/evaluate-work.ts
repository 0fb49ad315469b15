import { existsSync } from 'node:fs';
import path from 'node:path';
import { baselineMaps } from '../analyses/baseline-maps';
import { detectionOf } from '../analyses/detection-of';
import { type Evaluation, evaluate, type MeasureCall } from '../analyses/evaluate';
import { detectionFindings, evaluationFindings } from '../analyses/evaluation-findings';
import { measuresFor, methodsFor, presets } from '../analyses/evaluation-presets';
import { type CaseChoice, type EvaluationSummary, summarise } from '../analyses/evaluation-summary';
import { mapFiles } from '../analyses/map-files';
import { supportEntries, supportOf } from '../analyses/method-support';
import { compareTables } from '../analyses/tables-compared';
import { trainingKind } from '../analyses/training-kind';
import { didYouMean } from '../explain/did-you-mean';
import { WhylightError } from '../explain/errors';
import type { MethodCall } from '../explain/explain-all';
import { ensureWritableFolder, writeWhole } from '../explain/files';
import { findMeasure, measures } from '../explain/measures';
import { findMethod, methods } from '../explain/methods';
import { optionValue } from '../explain/methods/method-options';
import { loadNetwork } from '../explain/network/load-network';
import type { Network } from '../explain/network/network';
import { loadRandomLabelsTwin } from '../explain/network/random-labels-twin';
import { cacheFolder } from '../explain/network/weights/find';
import { type PhotosRequest, photosOf, unknownLabels } from './evaluate-photos';
import { writeEvaluation } from './evaluation-files';
import { readTable } from './evaluation-table-file';
import { type EvaluationPart, evaluationText } from './evaluation-text';
import { interruptible } from './interrupt';
import { noteOnce } from './notes';
import type { Settings } from './options';
import { createReporter, type Reporter } from './progress';
import { addModules } from './with';

/** What a person asked of `whylight evaluate`. */
export interface EvaluateRequest extends PhotosRequest {
  readonly network: readonly string[];
  readonly methods?: readonly string[];
  readonly measures?: readonly string[];
  readonly preset: 'fast' | 'thorough';
  readonly option?: Settings;
  readonly maps?: string;
  readonly target: 'answer' | 'label';
  readonly fair?: readonly string[];
  readonly compare?: string;
  readonly support?: string;
  readonly memory?: number;
  readonly cache: boolean;
  readonly with?: readonly string[];
  readonly mirror?: string;
  readonly offline?: boolean;
  readonly json?: boolean;
}

/** The work of `whylight evaluate`. */
export async function evaluateNetworks(request: EvaluateRequest): Promise<void> {
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
  if (request.out !== undefined) await ensureWritableFolder(request.out);
  if (request.maps !== undefined && request.network.length > 1) {
    throw new WhylightError(
      `--maps is of one network, which its maps were made of; ${request.network.length} are asked: ${request.network.join(', ')}`,
    );
  }
  const other = request.compare === undefined ? null : readTable(request.compare);
  const reporter = createReporter();
  const result = await interruptible(async (signal) => {
    const networks = await open(request, reporter, signal);
    const { fit, omissions } = methodsFor(networks, choice.methods);
    omissions.forEach(noteOnce(reporter));
    const twins = await twinsOf(networks, choice.measures, request);
    const suitable = measuresFor(networks, choice.measures, twins, request.measures ?? []);
    suitable.omissions.forEach(noteOnce(reporter));
    const photos = await photosOf(request, networks, preset.scenes, { signal, onNote: noteOnce(reporter) });
    unknownLabels(photos, networks).forEach(noteOnce(reporter));
    const elsewhere = request.maps === undefined ? null : mapFiles(request.maps, photos);
    elsewhere?.omissions.forEach(noteOnce(reporter));
    const calls = {
      methods: fit.map((name): MethodCall => ({ method: findMethod(name), options: optionsOf(name) })),
      measures: suitable.fit.map((name): MeasureCall => ({ measure: findMeasure(name), options: optionsOf(name) })),
    };
    const run = { onProgress: reporter.onProgress, signal, ...(request.memory && { memoryMB: request.memory }) };
    const evaluation = await evaluate(networks, photos, {
      ...run,
      ...calls,
      others: [...(elsewhere?.sources ?? []), ...baselineMaps(calls.methods)],
      target: request.target,
      twins,
      seed: request.seed,
      store: { folder: request.cache ? cacheFolder() : null },
    });
    const detection = request.fair === undefined ? null : await detectionOf(evaluation, networks, request.fair, run);
    return { networks, evaluation, detection };
  }).finally(() => reporter.stop());
  const kinds = [...new Set(result.evaluation.networks.map(({ name }) => trainingKind(name)))];
  const parts = kinds.map((kind) => partOf(result.evaluation, kind, other));
  if (request.support !== undefined) await keepSupport(request.support, result.evaluation, result.networks, request);
  const { evaluation, detection } = result;
  const whole = {
    evaluation,
    detection,
    parts,
    detected: result.detection === null ? [] : detectionFindings(result.detection),
  };
  const files = request.out === undefined ? [] : await writeEvaluation(request.out, whole);
  if (request.json) process.stdout.write(`${JSON.stringify(whole, null, 2)}\n`);
  else process.stdout.write(evaluationText(whole, files));
}

/** Puts each network's entry into the file, in the place of an earlier one. */
async function keepSupport(
  file: string,
  evaluation: Evaluation,
  networks: readonly Network[],
  { data, seed }: EvaluateRequest,
): Promise<void> {
  const about = { data: data === 'scenes' ? 'drawn scenes' : path.basename(path.resolve(data)), seed };
  const entries = networks.map((network) => supportOf(summarise(evaluation, 'all', [network.name]), network, about));
  const others = existsSync(file) ? supportEntries(file) : [];
  const rest = others.filter((one) => !entries.some(({ network }) => network === one.network));
  await writeWhole(file, `${JSON.stringify([...rest, ...entries], null, 1)}\n`);
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

async function open(request: EvaluateRequest, reporter: Reporter, signal: AbortSignal): Promise<Network[]> {
  const { mirror, offline } = request;
  const networks: Network[] = [];
  const onNote = noteOnce(reporter);
  for (const name of request.network) {
    const network = await loadNetwork(name, { mirror, offline, signal, onProgress: reporter.onProgress, onNote });
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
  { network: cards, mirror, offline }: EvaluateRequest,
): Promise<ReadonlyMap<string, Network>> {
  const twins = new Map<string, Network>();
  if (!names.some((name) => findMeasure(name).needs.includes('twin'))) return twins;
  for (const [i, network] of networks.entries()) {
    const twin = await loadRandomLabelsTwin(network, cards[i]!, { mirror, offline });
    if (twin !== null) twins.set(network.name, twin);
  }
  return twins;
}

/** The trainings of one kind, and what can be said of them. */
function partOf(evaluation: Evaluation, kind: string, other: EvaluationSummary | null): EvaluationPart {
  const tables = tablesOf(
    evaluation,
    evaluation.networks.map(({ name }) => name).filter((name) => trainingKind(name) === kind),
  );
  const [all] = tables as [EvaluationSummary];
  return { kind, tables, findings: evaluationFindings(all), compared: other === null ? [] : compareTables(all, other) };
}

/** All cases, and right and wrong answers apart where there are both. */
function tablesOf(evaluation: Evaluation, networks: readonly string[]): EvaluationSummary[] {
  const choices: readonly CaseChoice[] = ['all', 'right', 'wrong'];
  return choices.flatMap((choice) => {
    try {
      const table = summarise(evaluation, choice, networks);
      return choice === 'all' || table.photos < evaluation.cases.length / evaluation.networks.length ? [table] : [];
    } catch (error) {
      if (choice !== 'all' && error instanceof WhylightError) return [];
      throw error;
    }
  });
}
