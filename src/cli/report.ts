import path from 'node:path';
import { Command } from 'commander';
import type { ExplainEvent } from '../report/attribution-cache';
import { interruptible } from './interrupt';
import { jsonOption, mirrorOption, offlineOption } from './options';
import { createReporter } from './progress';

interface ReportRequest {
  readonly study: string;
  readonly set: readonly string[];
  readonly out: string;
  readonly mirror?: string;
  readonly offline?: boolean;
  readonly json?: boolean;
  readonly cache: boolean;
}

const collect = (value: string, before: readonly string[]) => [...before, value];

/** What makes the report again: without folders of this machine. */
function commandLine({ study, set }: ReportRequest): string {
  const quoted = (text: string) => (/^[\w=.,:/@+-]+$/.test(text) ? text : JSON.stringify(text));
  return [
    'whylight report',
    `--study ${quoted(path.basename(study))}`,
    ...set.map((pair) => `--set ${quoted(pair)}`),
  ].join(' ');
}

/** `saliency of wolf.jpg (squeezenet1_0): computed 2.1 s`. */
function resultLine({ method, photo, network, how, milliseconds }: ExplainEvent): string {
  const time = `computed ${(milliseconds / 1000).toFixed(1)} s`;
  const ways = { cached: 'cached', computed: time, recomputed: `the cached entry was damaged, ${time}` };
  return `${method} of ${photo} (${network}): ${ways[how]}`;
}

/** `whylight report`: the analyses as a paper. */
export function reportCommand(): Command {
  return new Command('report')
    .description('Make the paper: PDF, a self-contained HTML page and the numbers.')
    .option('-s, --study <name>', 'scenes (drawn, offline), photos (real photos and weights), or a YAML file', 'scenes')
    .option('--set <key=value>', 'override a value of the study, as page=letter; repeatable', collect, [])
    .option('-o, --out <dir>', 'folder for the files', path.resolve(__dirname, '../../reports/out'))
    .option('--no-cache', 'compute every map anew and keep none')
    .addOption(mirrorOption())
    .addOption(offlineOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  whylight report --study photos --mirror ../photos-and-weights --out paper')
    .action(async (request: ReportRequest) => {
      // Loaded here: the engine takes a second, and --help should not.
      const { readStudy } = await import('../report/study.js');
      const study = readStudy(request.study, request.set);
      const { makeReport, writeReport } = await import('../report/report.js');
      const { realEnvironment } = await import('../report/environment.js');
      const { cacheFolder } = await import('../explain/network/weights/find.js');
      const { ensureWritableFolder } = await import('../explain/files.js');
      await ensureWritableFolder(request.out);
      const mirror = request.mirror ?? process.env.WHYLIGHT_MIRROR ?? null;
      const reporter = createReporter();
      const command = commandLine(request);
      const files = await interruptible(async (signal) => {
        try {
          const report = await makeReport(study, {
            environment: realEnvironment(),
            command,
            mirror,
            offline: request.offline,
            mapCache: request.cache ? path.join(cacheFolder(), 'maps') : null,
            onResult: (event) => {
              reporter.stop();
              process.stderr.write(`${resultLine(event)}\n`);
            },
            photoFolders: [...(mirror === null ? [] : [mirror]), process.cwd()],
            onProgress: reporter.onProgress,
            signal,
          });
          return {
            report,
            written: await writeReport(report, request.out, path.basename(request.study).replace(/\.ya?ml$/, '')),
          };
        } finally {
          reporter.stop();
        }
      });
      if (request.json) process.stdout.write(`${JSON.stringify(files.report.numbers, null, 2)}\n`);
      else for (const file of files.written) process.stdout.write(`${file}\n`);
    });
}
