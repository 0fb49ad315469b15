import { existsSync } from 'node:fs';
import path from 'node:path';
import { detectionOf } from '../analyses/detection-of';
import { type Evaluation, evaluate } from '../analyses/evaluate';
import { detectionFindings, evaluationFindings } from '../analyses/evaluation-findings';
import { type CaseChoice, type EvaluationSummary, summarise } from '../analyses/evaluation-summary';
import { supportEntries, supportOf } from '../analyses/method-support';
import { compareTables } from '../analyses/tables-compared';
import { trainingKind } from '../analyses/training-kind';
import { WhylightError } from '../explain/errors';
import { ensureWritableFolder, writeWhole } from '../explain/files';
import type { Network } from '../explain/network/network';
import { cacheFolder } from '../explain/network/weights/find';
import { type EvaluationRequest, evaluationChoice, openEvaluation } from './evaluate-plan';
import { shareEvaluation } from './evaluate-submit';
import { writeEvaluation } from './evaluation-files';
import { readTable } from './evaluation-table-file';
import { type EvaluationPart, evaluationText } from './evaluation-text';
import { interruptible } from './interrupt';
import { noteOnce } from './notes';
import { createReporter } from './progress';
import { type ShareRequest, type Sharing, sharingOf } from './queue-share';

/** What a person asked of `whylight evaluate`. */
export interface EvaluateRequest extends EvaluationRequest, ShareRequest {
  readonly fair?: readonly string[];
  readonly compare?: string;
  readonly support?: string;
  readonly cache: boolean;
  readonly json?: boolean;
}

/** The work of `whylight evaluate`. */
export async function evaluateNetworks(request: EvaluateRequest): Promise<void> {
  const choice = evaluationChoice(request);
  const sharing = sharingFor(request);
  if (request.out !== undefined) await ensureWritableFolder(request.out);
  const other = request.compare === undefined ? null : readTable(request.compare);
  const reporter = createReporter();
  const result = await interruptible(async (signal) => {
    const run = { onProgress: reporter.onProgress, signal };
    const opened = await openEvaluation(request, { ...run, onNote: noteOnce(reporter) }, choice);
    const { networks, photos } = opened;
    const folder = request.cache ? cacheFolder() : null;
    if (sharing !== null) await shareEvaluation(opened, request, cacheFolder(), sharing, { reporter, signal });
    const more = { ...run, ...(request.memory && { memoryMB: request.memory }) };
    const evaluation = await evaluate(networks, photos, { ...opened.options, ...run, store: { folder } });
    const detection = request.fair === undefined ? null : await detectionOf(evaluation, networks, request.fair, more);
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

/** @throws WhylightError where nothing that workers find could be kept */
function sharingFor(request: EvaluateRequest): Sharing | null {
  const sharing = sharingOf(request, request.out ?? null);
  if (sharing === null || request.cache) return sharing;
  throw new WhylightError(
    '--no-cache does not go with --queue: what workers find is kept (in .queue beside the results, and in the cache)',
  );
}

/** Puts each network's entry into the file, in the place of an earlier one. */
async function keepSupport(
  file: string,
  evaluation: Evaluation,
  networks: readonly Network[],
  { data, seed, backgrounds }: EvaluateRequest,
): Promise<void> {
  const folder = `${path.basename(path.resolve(data))}${backgrounds === undefined ? '' : ' before drawn backgrounds'}`;
  const about = { data: data === 'scenes' ? 'drawn scenes' : folder, seed };
  const entries = networks.map((network) => supportOf(summarise(evaluation, 'all', [network.name]), network, about));
  const others = existsSync(file) ? supportEntries(file) : [];
  const rest = others.filter((one) => !entries.some(({ network }) => network === one.network));
  await writeWhole(file, `${JSON.stringify([...rest, ...entries], null, 1)}\n`);
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
