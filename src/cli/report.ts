import path from 'node:path';
import { Command, Option } from 'commander';
import { templateFiles } from '../report/template-files';
import { jsonOption, list, mirrorOption, offlineOption, withOption } from './options';
import type { ReportRequest } from './report-work';

const collect = (value: string, before: readonly string[]) => [...before, value];

/** `whylight report`: the analyses as a paper. */
export function reportCommand(): Command {
  // The work is loaded when it is asked for: the engine takes a second, and --help should not.
  return new Command('report')
    .description('Make the paper: PDF, a self-contained HTML page and the numbers.')
    .option(
      '-s, --study <name>',
      'scenes (drawn, offline), photos (yours, published weights), or a YAML file',
      'scenes',
    )
    .option('--photos <dir>', 'folder of the photos that the study names; default: the mirror, then the current folder')
    .option('--set <key=value>', 'override a value of the study, as page=letter; repeatable', collect, [])
    .option('--section <names>', 'only these sections, as results,claims', list)
    .addOption(
      new Option('-o, --out <dir>', 'folder for the files').default(
        path.resolve(__dirname, '../../reports/out'),
        'reports/out in the project',
      ),
    )
    .option('--template <dir>', `templates in the place of the project’s: any of ${templateFiles.join(', ')}`)
    .addOption(withOption())
    .option('--no-cache', 'compute every result anew and keep none')
    .option('--open', 'show the PDF when it is made')
    .option('--watch', 'show the HTML page, and make it again whenever the study or a template changes')
    .addOption(mirrorOption())
    .addOption(offlineOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  whylight report --study photos --photos my-photos --out paper
  whylight report new my-study && whylight report --study my-study.yaml --watch`,
    )
    .action(async (request: ReportRequest) => {
      const { addModules } = await import('./with.js');
      addModules(request.with);
      const { makeAndWrite, watchAndServe } = await import('./report-work.js');
      await (request.watch ? watchAndServe(request) : makeAndWrite(request));
    })
    .addCommand(
      new Command('new')
        .description('Write a study to start from, with every key explained.')
        .argument('<name>', 'file to write; .yaml is added where it is missing')
        .action(async (name: string) => {
          const { writeNewStudy } = await import('../report/new-study.js');
          const file = await writeNewStudy(name);
          process.stdout.write(`${file}\nNow: whylight report --study ${file}\n`);
        }),
    );
}
