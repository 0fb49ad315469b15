import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { baselineMaps } from '../analyses/baseline-maps';
import { detectionOf } from '../analyses/detection-of';
import { type Evaluation, evaluate, type MeasureCall } from '../analyses/evaluate';
import { detectionFindings, evaluationFindings } from '../analyses/evaluation-findings';
import { evaluationMasked } from '../analyses/evaluation-masked';
import type { EvaluationPhoto } from '../analyses/evaluation-photo';
import { methodsFor, presets } from '../analyses/evaluation-presets';
import { evaluationScenes, scenePhotos } from '../analyses/evaluation-scenes';
import { type CaseChoice, type EvaluationSummary, summarise } from '../analyses/evaluation-summary';
import { mapFiles } from '../analyses/map-files';
import type { CategoryClasses } from '../analyses/masked-photos';
import { knownAnimals } from '../analyses/rival-scenes';
import { compareTables } from '../analyses/tables-compared';
import { trainingKind } from '../analyses/training-kind';
import { didYouMean } from '../explain/did-you-mean';
import { WhylightError } from '../explain/errors';
import type { MethodCall } from '../explain/explain-all';
import { ensureWritableFolder } from '../explain/files';
import { loadPhoto } from '../explain/image/load-photo';
import { findMeasure, measures } from '../explain/measures';
import { findMethod, methods } from '../explain/methods';
import { optionValue } from '../explain/methods/method-options';
import { loadNetwork } from '../explain/network/load-network';
import type { Network } from '../explain/network/network';
import { cacheFolder } from '../explain/network/weights/find';
import { readSpecs } from '../scenes/read-specs';
import { writeEvaluation } from './evaluation-files';
import { readTable } from './evaluation-table-file';
import { type EvaluationPart, evaluationText } from './evaluation-text';
import { interruptible } from './interrupt';
import { noteOnce } from './notes';
import type { Settings } from './options';
import { findPhotos } from './photos';
import { createReporter, type Reporter } from './progress';
import { addModules } from './with';

/** What a person asked of `whylight evaluate`. */
export interface EvaluateRequest {
  readonly network: readonly string[];
  readonly data: string;
  readonly classes?: CategoryClasses;
  readonly methods?: readonly string[];
  readonly measures?: readonly string[];
  readonly preset: 'fast' | 'thorough';
  readonly option?: Settings;
  readonly maps?: string;
  readonly scenes?: number;
  readonly target: 'answer' | 'label';
  readonly seed: number;
  readonly fair?: readonly string[];
  readonly compare?: string;
  readonly out?: string;
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
    const photos = await photosOf(request, networks, preset.scenes);
    unknownLabels(photos, networks).forEach(noteOnce(reporter));
    const elsewhere = request.maps === undefined ? null : mapFiles(request.maps, photos);
    elsewhere?.omissions.forEach(noteOnce(reporter));
    const calls = {
      methods: fit.map((name): MethodCall => ({ method: findMethod(name), options: optionsOf(name) })),
      measures: choice.measures.map((name): MeasureCall => ({ measure: findMeasure(name), options: optionsOf(name) })),
    };
    const run = { onProgress: reporter.onProgress, signal, ...(request.memory && { memoryMB: request.memory }) };
    const evaluation = await evaluate(networks, photos, {
      ...run,
      ...calls,
      others: [...(elsewhere?.sources ?? []), ...baselineMaps(calls.methods)],
      target: request.target,
      seed: request.seed,
      store: { folder: request.cache ? cacheFolder() : null },
    });
    const detection = request.fair === undefined ? null : await detectionOf(evaluation, networks, request.fair, run);
    return { evaluation, detection };
  }).finally(() => reporter.stop());
  const kinds = [...new Set(result.evaluation.networks.map(({ name }) => trainingKind(name)))];
  const parts = kinds.map((kind) => partOf(result.evaluation, kind, other));
  const whole = { ...result, parts, detected: result.detection === null ? [] : detectionFindings(result.detection) };
  const files = request.out === undefined ? [] : await writeEvaluation(request.out, whole);
  if (request.json) process.stdout.write(`${JSON.stringify(whole, null, 2)}\n`);
  else process.stdout.write(evaluationText(whole, files));
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

/** Drawn scenes, a folder of them, photos with masks, or photos. */
async function photosOf(
  { data, classes, seed, scenes, out }: EvaluateRequest,
  networks: readonly Network[],
  usual: number,
): Promise<readonly EvaluationPhoto[]> {
  if (data === 'scenes' && existsSync(data) && statSync(data).isDirectory()) {
    throw new WhylightError('--data scenes is drawn scenes and a folder here (for the folder say ./scenes)');
  }
  const holds = (name: string) => data !== 'scenes' && existsSync(path.join(data, name));
  if (classes !== undefined && !holds('index.json')) {
    throw new WhylightError('--classes is for photos with an index.json, whose categories it names');
  }
  if (data === 'scenes') return evaluationScenes({ scenes: scenes ?? usual, seed, classes: commonAnimals(networks) });
  if (scenes !== undefined) throw new WhylightError('--scenes is for drawn scenes; a folder is evaluated whole');
  if (holds('specs.jsonl') && holds('index.json')) {
    throw new WhylightError(`${data} holds specs.jsonl and index.json (allowed: one of both)`);
  }
  if (holds('index.json')) return evaluationMasked(data, networks, classes);
  if (!holds('specs.jsonl')) return plainPhotos(data, out ?? null);
  const labelled = await readSpecs(path.join(data, 'specs.jsonl'));
  const digits = Math.max(4, String(labelled.length - 1).length);
  return scenePhotos(labelled, (i) => String(i).padStart(digits, '0'));
}

/** Of which categories it is not known which class of a network is right: a sentence for each network. */
function unknownLabels(photos: readonly EvaluationPhoto[], networks: readonly Network[]): string[] {
  return networks.flatMap((network) => {
    const labels = photos.flatMap(({ label, classes }) => (label !== null && classes(network) === null ? [label] : []));
    if (labels.length === 0) return [];
    const words = [...new Set(labels)].join(', ');
    return [`which classes of ${network.name} are right for ${words} is not known (--classes ${labels[0]}=…)`];
  });
}

/** Photos of which nothing is known. */
async function plainPhotos(folder: string, out: string | null): Promise<EvaluationPhoto[]> {
  const photos: EvaluationPhoto[] = [];
  for (const { file, base } of await findPhotos([folder], out)) {
    const photo = await loadPhoto(file);
    photos.push({
      name: base,
      photo,
      label: null,
      classes: () => null,
      mask: () => null,
      things: async () => null,
      key: null,
    });
  }
  return photos;
}

/** The drawn animals that all networks know. */
function commonAnimals(networks: readonly Network[]) {
  const classes = knownAnimals(networks[0]!);
  const other = networks.find((network) => knownAnimals(network).join() !== classes.join());
  if (other !== undefined || classes.length === 0) {
    const names = (other ?? networks[0]!).classes.slice(0, 4).join(', ');
    throw new WhylightError(
      `drawn scenes are for networks of the same drawn animals, and ${(other ?? networks[0]!).name} has ${names} (say --data)`,
    );
  }
  return classes;
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
