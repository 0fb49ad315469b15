import path from 'node:path';
import { ensureWritableFolder } from '../explain/files';
import type { FolderJournal } from '../explain/folder-journal';
import { cacheFolder } from '../explain/network/weights/find';
import type { ResultEvent } from '../report/attribution-cache';
import { realEnvironment } from '../report/environment';
import { makeNumbers, makeReport, type ReportOptions, writeReport } from '../report/report';
import { readStudy } from '../report/study';
import { readStudySource } from '../report/study-source';
import { watchReport } from '../report/watch';
import { interruptible } from './interrupt';
import { noteOnce } from './notes';
import { createReporter, type Reporter } from './progress';
import { show } from './show';
import { unfinishedRuns } from './unfinished';

/** What a person asked of `whylight report`. */
export interface ReportRequest {
  readonly study: string;
  readonly with?: readonly string[];
  readonly set: readonly string[];
  readonly out: string;
  readonly section?: readonly string[];
  readonly cache: boolean;
  readonly open?: boolean;
  readonly watch?: boolean;
  readonly photos?: string;
  readonly template?: string;
  readonly mirror?: string;
  readonly offline?: boolean;
  readonly json?: boolean;
}

/** What makes the report again: without folders of this machine. */
function commandLine({ study, with: modules, set, section, template }: ReportRequest): string {
  const quoted = (text: string) => (/^[\w=.,:/@+-]+$/.test(text) ? text : JSON.stringify(text));
  return [
    'whylight report',
    `--study ${quoted(path.basename(study))}`,
    ...(modules ?? []).map((file) => `--with ${quoted(path.basename(file))}`),
    ...set.map((pair) => `--set ${quoted(pair)}`),
    ...(section === undefined ? [] : [`--section ${section.join(',')}`]),
    ...(template === undefined ? [] : [`--template ${quoted(path.basename(template))}`]),
  ].join(' ');
}

/** `saliency of wolf.jpg (squeezenet1_0): computed 2.1 s`. */
function resultLine({ what, how, milliseconds }: ResultEvent): string {
  const time = `computed ${(milliseconds / 1000).toFixed(1)} s`;
  const ways = { cached: 'cached', computed: time, recomputed: `the cached entry was damaged, ${time}` };
  return `${what}: ${ways[how]}`;
}

function reportOptions(
  request: ReportRequest,
  reporter: Reporter,
  signal: AbortSignal,
  journal: FolderJournal | null,
): ReportOptions {
  const mirror = request.mirror ?? process.env.WHYLIGHT_MIRROR ?? null;
  return {
    environment: realEnvironment(),
    command: commandLine(request),
    mirror,
    offline: request.offline,
    mapCache: request.cache ? cacheFolder() : null,
    journal,
    only: request.section,
    template: request.template,
    photoFolders: [request.photos ?? [], mirror ?? [], process.cwd()].flat(),
    onProgress: reporter.onProgress,
    onNote: noteOnce(reporter),
    onResult: (event) => {
      reporter.stop();
      process.stderr.write(`${resultLine(event)}\n`);
    },
    signal,
  };
}

const baseName = ({ study }: ReportRequest) => path.basename(study).replace(/\.ya?ml$/, '');

/** Reads the study; what an override makes it drop is told once. */
function studyOf({ study, set }: ReportRequest, notes: Set<string>) {
  return readStudy(study, set, (note) => {
    if (!notes.has(note)) process.stderr.write(`${note}\n`);
    notes.add(note);
  });
}

/** Makes the report, writes its files and prints their names; with `--json` the numbers alone, and no file. */
export async function makeAndWrite(request: ReportRequest): Promise<void> {
  const study = studyOf(request, new Set());
  if (!request.json) await ensureWritableFolder(request.out);
  const reporter = createReporter();
  const journal = unfinishedRuns(request);
  await interruptible(async (signal) => {
    try {
      const options = reportOptions(request, reporter, signal, journal);
      if (request.json) {
        const numbers = await makeNumbers(study, options);
        journal?.clear();
        process.stdout.write(`${JSON.stringify(numbers, null, 2)}\n`);
        return;
      }
      const files = await writeReport(await makeReport(study, options), request.out, baseName(request));
      journal?.clear();
      reporter.stop();
      for (const file of files) process.stdout.write(`${file}\n`);
      if (request.open) show(files[0]!);
    } finally {
      reporter.stop();
    }
  });
}

/** Shows the HTML page and keeps it in step with the study and the templates, until interrupted. */
export async function watchAndServe(request: ReportRequest): Promise<void> {
  const reporter = createReporter();
  const journal = unfinishedRuns(request);
  const notes = new Set<string>();
  // What it adds belongs to the environment.
  studyOf(request, notes);
  await interruptible(async (signal) => {
    const { address, stopped } = await watchReport({
      study: () => studyOf(request, notes),
      studyFiles: readStudySource(request.study).files,
      options: reportOptions(request, reporter, signal, journal),
      onBuilt: (milliseconds) => {
        journal?.clear();
        reporter.stop();
        process.stderr.write(`built in ${(milliseconds / 1000).toFixed(1)} s\n`);
      },
      onMistake: (message) => {
        reporter.stop();
        process.stderr.write(`${message}\n`);
      },
    });
    process.stdout.write(`${address}\n`);
    if (request.open) show(address);
    await stopped;
  });
}
