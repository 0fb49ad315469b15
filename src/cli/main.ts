import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import { Command, CommanderError, Option } from 'commander';
import { AbortedError, WhylightError } from '../explain/errors';
import { reasonOf } from '../explain/files';
import { plainLine, plainText } from '../explain/plain-line';
import { backgroundCommand } from './background';
import { cacheCommand } from './cache';
import { doctorCommand } from './doctor';
import { evaluateCommand } from './evaluate';
import { explainCommand } from './explain';
import { fetchCommand } from './fetch';
import { importCommand } from './import';
import { interruptCode } from './interrupt';
import { interventionsCommand } from './interventions';
import { measuresCommand } from './measures';
import { methodsCommand } from './methods';
import { networksCommand } from './networks';
import { notebookCommand } from './notebook';
import { queueCommand } from './queue';
import { relianceCommand } from './reliance';
import { reportCommand } from './report';
import { scenesCommand } from './scenes';
import { trainCommand } from './train';
import { trainingsCommand } from './trainings';
import { whyCommand } from './why';
import { workerCommand } from './worker';

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

Exit codes: 0 done, 1 an error (one line says which), 2 wrong usage, 130 interrupted (143 by SIGTERM, 129 by SIGHUP).`,
    );
  const commands = [
    reportCommand(),
    explainCommand(),
    whyCommand(),
    workerCommand(),
    queueCommand(),
    notebookCommand(),
    trainCommand(),
    scenesCommand(),
    backgroundCommand(),
    relianceCommand(),
    interventionsCommand(),
    evaluateCommand(),
    trainingsCommand(),
    importCommand(),
    networksCommand(),
    methodsCommand(),
    measuresCommand(),
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

/** Browsers' events and rejected plain objects are thrown, too. */
function wordsOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  if (error === null || typeof error !== 'object') return String(error);
  const inner = 'message' in error ? error.message : 'error' in error ? wordsOf(error.error) : null;
  return typeof inner === 'string' && inner !== '' ? inner : inspect(error, { depth: 1, breakLength: Infinity });
}

/** Prints the one line of an error and gives the exit code. */
function report(error: unknown, debug: boolean): number {
  // Commander has printed its own line.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const line = plainLine(wordsOf(error));
  const expected = error instanceof WhylightError;
  process.stderr.write(`whylight: ${expected ? line : `unexpected error: ${line} (--debug shows where)`}\n`);
  if (debug && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  if (debug && error instanceof Error && error.cause instanceof Error) {
    process.stderr.write(`because of ${error.cause.stack}\n`);
  }
  return error instanceof AbortedError ? interruptCode() : 1;
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

/** Names of files and labels of networks are shown, whatever a terminal would take them for. */
function obeyNothing(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream) as (part: unknown, ...rest: unknown[]) => boolean;
  stream.write = (part: unknown, ...rest: unknown[]) =>
    write(typeof part === 'string' ? plainText(part) : part, ...rest);
}

/** A reader that has seen enough (`whylight networks | head -1`) is no error, and no reason to end the work. */
function outliveReader(stream: NodeJS.WriteStream): void {
  stream.once('error', (error: NodeJS.ErrnoException) => {
    stream.on('error', () => undefined);
    stream.write = (...args: unknown[]) => {
      const done = args.at(-1);
      if (typeof done === 'function') process.nextTick(done as () => void);
      return true;
    };
    if (error.code !== 'EPIPE') {
      process.exitCode = 1;
      if (stream === process.stdout) process.stderr.write(`whylight: cannot write the output: ${reasonOf(error)}\n`);
      return;
    }
    // Where work goes on behind it, a person should know.
    const tell = () => process.stderr.write('whylight: nobody reads the output any more; the work goes on\n');
    if (stream === process.stdout) setTimeout(tell, 1000).unref();
  });
}

if (require.main === module) {
  obeyNothing(process.stdout);
  outliveReader(process.stdout);
  outliveReader(process.stderr);
  main(process.argv.slice(2)).then((code) => {
    process.exitCode = Number(process.exitCode ?? 0) || code;
  });
}
