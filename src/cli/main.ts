import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { AbortedError, WhylightError } from '../explain/errors';
import { backgroundCommand } from './background';
import { cacheCommand } from './cache';
import { doctorCommand } from './doctor';
import { explainCommand } from './explain';
import { fetchCommand } from './fetch';
import { importCommand } from './import';
import { methodsCommand } from './methods';
import { interventionsCommand } from './interventions';
import { networksCommand } from './networks';
import { notebookCommand } from './notebook';
import { relianceCommand } from './reliance';
import { reportCommand } from './report';
import { scenesCommand } from './scenes';
import { trainCommand } from './train';
import { trainingsCommand } from './trainings';

function version(): string {
  const file = path.resolve(__dirname, '../../package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** The whole command line; each command has a file of its own. */
export function createProgram(): Command {
  const program = new Command('whylight')
    .description('Shows why a convolutional network decided what it decided.')
    .version(version(), '-V, --version')
    // So that an option behind a command is the command's own.
    .enablePositionalOptions()
    .addHelpText(
      'after',
      `
Example:
  whylight explain wolf.jpg --network squeezenet1_0 --method saliency,occlusion,cam --target top2 --out explained

Exit codes: 0 done, 1 an error (one line says which), 2 wrong usage, 130 interrupted.`,
    );
  const commands = [
    reportCommand(),
    explainCommand(),
    notebookCommand(),
    trainCommand(),
    scenesCommand(),
    backgroundCommand(),
    relianceCommand(),
    interventionsCommand(),
    trainingsCommand(),
    importCommand(),
    networksCommand(),
    methodsCommand(),
    fetchCommand(),
    cacheCommand(),
    doctorCommand(),
  ];
  for (const command of commands) {
    program.addCommand(command);
  }
  prepare(program);
  return program;
}

/** One form for every command's usage errors, and `--debug` everywhere. */
function prepare(command: Command): void {
  command
    .exitOverride()
    .showHelpAfterError(false)
    .configureOutput({
      outputError: (text, write) => {
        const line = text
          .replace(/^error: /, '')
          .replace(/\s*\n\s*/g, ' ')
          .trim();
        write(`whylight: ${line} (whylight ${command.name() === 'whylight' ? '' : `${command.name()} `}--help)\n`);
      },
    });
  command.addOption(new Option('--debug', 'show the stack of an error'));
  for (const inner of command.commands) prepare(inner);
}

/** Prints the one line of an error and gives the exit code. */
function report(error: unknown, debug: boolean): number {
  // Commander has printed its own line.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const line = (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' ').trim();
  const expected = error instanceof WhylightError;
  process.stderr.write(`whylight: ${expected ? line : `unexpected error: ${line} (--debug shows where)`}\n`);
  if (debug && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  if (debug && error instanceof Error && error.cause instanceof Error) {
    process.stderr.write(`because of ${error.cause.stack}\n`);
  }
  return error instanceof AbortedError ? 130 : 1;
}

/** Runs one command line. @returns the exit code */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync(argv, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return report(error, argv.includes('--debug'));
  }
}

if (require.main === module) {
  // A reader that has seen enough (`whylight networks | head -1`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
  main(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}
