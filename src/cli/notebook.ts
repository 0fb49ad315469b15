import { Command } from 'commander';
import { mirrorOption, type Parameters, parameter } from './options';

interface LabRequest {
  readonly port: string;
  readonly browser: boolean;
  readonly mirror?: string;
  readonly lessons?: string;
  readonly reset?: string;
}

/** `whylight notebook`: the lessons in JupyterLab, or executed without it. */
export function notebookCommand(): Command {
  const command = new Command('notebook')
    // So that an option behind a subcommand is the subcommand's.
    .enablePositionalOptions()
    .description('Open the notebooks in JupyterLab (installed into the project at the first time).')
    .option('--port <number>', 'port on this machine', '8888')
    .option('--no-browser', 'only print the address')
    .option('--lessons <dir>', 'folder of your copies of the lessons; default: lessons in the project')
    .option('--reset <name>', 'put one lesson back as it is in the project, by its name or number, and end')
    .addOption(mirrorOption())
    .action(async ({ port, browser, mirror, lessons, reset }: LabRequest) => {
      const { handMirror, openLab, putBack } = await import('./notebook-work.js');
      if (reset !== undefined) return putBack(reset, lessons);
      handMirror(mirror);
      process.exitCode = await openLab(port, browser, lessons);
    });
  command
    .command('install')
    .description("Register the TypeScript kernel for your own Jupyter or VS Code ('TypeScript (Whylight)').")
    .action(async () => {
      const { installKernel } = await import('./notebook-work.js');
      await installKernel();
    });
  command
    .command('run')
    .description('Execute a notebook and write it with its outputs as .ipynb and .html.')
    .argument('<file>', 'notebook')
    .option('-p, --parameter <name=value>', 'value for the cell tagged `parameters`; may be given again', parameter)
    .option('-o, --out <dir>', 'folder for the results', '.')
    .addOption(mirrorOption())
    .action(async (file: string, request: { out: string; parameter?: Parameters; mirror?: string }) => {
      const { out, parameter: parameters, mirror } = request;
      const { handMirror, runNotebook } = await import('./notebook-work.js');
      handMirror(mirror);
      await runNotebook(file, out, parameters ?? {});
    });
  command
    .command('site')
    .description('Execute every lesson and write them as pages with an index: for any web server, or to open as files.')
    .option('-o, --out <dir>', 'folder for the pages', 'site')
    .addOption(mirrorOption())
    .action(async ({ out, mirror }: { out: string; mirror?: string }) => {
      const { handMirror, writeSite } = await import('./notebook-work.js');
      handMirror(mirror);
      await writeSite(out);
    });
  return command;
}
