import type { Converter, ConvertResult } from 'tslab/dist/converter';
import type { ConsoleInterface, ConverterSet, Executor } from 'tslab/dist/executor';
import { runningCell } from './cell';
import { awaitsAtTop, calledAround } from './cell-code';
import { errorLine } from './cell-errors';
import { keepSourceMaps, nameCell } from './cell-maps';
import { display, isAwaited, isPromise, openDisplays, prepareDisplay, showViews } from './display';
import { shownAs } from './rich';

type CreateExecutor = (folder: string, converters: ConverterSet, printer: ConsoleInterface) => Executor;

/** Shows the value of a cell's last expression: text goes to the cell's printed text, as tslab has it. */
function showResult(value: unknown, print: (value: unknown) => void): void {
  if (isAwaited(value)) {
    display(value);
    return;
  }
  const views = typeof value === 'object' || typeof value === 'string' ? shownAs(value) : [];
  const [first] = views;
  if (first?.kind === 'text' && views.length === 1) print(first.text);
  else if (first === undefined) print(value);
  else showViews(views);
}

/** A converter whose code names its cell, awaits wherever the cell does, and whose mistakes quote their line. */
function converterOf(converter: Converter): Converter {
  return {
    ...converter,
    convert: (declared: string, text: string): ConvertResult => {
      if (/['"]whylight['"]/.test(text)) prepareDisplay();
      const result = converter.convert(declared, text);
      const lines = text.split('\n');
      let before = -1;
      const diagnostics = result.diagnostics.map((one) => {
        const { line } = one.start;
        const source = one.fileName === undefined && line !== before ? lines[line]?.trim() : undefined;
        before = line;
        return source ? { ...one, messageText: `${one.messageText}  (${source})` } : one;
      });
      if (result.output === undefined) return { ...result, diagnostics };
      // tslab asks TypeScript, which does not complain of an await before the call of a function in brackets.
      const hasToplevelAwait = result.hasToplevelAwait || awaitsAtTop(result.output);
      return { ...result, diagnostics, hasToplevelAwait, output: nameCell(runningCell().number, text, result.output) };
    },
  };
}

/**
 * An executor of cells as a person expects it: the last expression is shown as `display` shows it, and awaited; a cell
 * ends when what it displays has come; an error is one line with the cell's line and source.
 */
function executorOf(create: CreateExecutor): CreateExecutor {
  return (folder, converters, printer) => {
    let interrupt: (() => void) | null = null;
    let last: PromiseLike<unknown> | null = null;
    const sayError = (format: unknown, ...values: unknown[]) =>
      values.length > 0 ? printer.error(format, ...values) : printer.error(errorLine(format, runningCell().number));
    const node = converterOf(converters.node);
    const inner = create(
      folder,
      { browser: converters.browser, close: () => converters.close(), node },
      {
        log: (value: unknown) => {
          if (!isPromise(value)) return showResult(value, printer.log);
          last = value;
          // It is awaited below: until then its failure is nobody's.
          value.then(undefined, () => undefined);
        },
        error: sayError,
      },
    );
    const finish = async () => {
      const stopped = new Promise<never>((_, reject) => {
        interrupt = () => reject(new Error('Interrupted asynchronously'));
      });
      const results = (async () => {
        const value = await last;
        if (value !== null && value !== undefined) showResult(value, printer.log);
        await openDisplays();
      })();
      await Promise.race([results, stopped]);
    };
    return {
      ...inner,
      locals: inner.locals,
      execute: async (text) => {
        last = null;
        try {
          const isDone = await inner.execute(text);
          if (isDone) await finish();
          return isDone;
        } catch (error) {
          sayError(error);
          return false;
        } finally {
          interrupt = null;
          openDisplays().catch(() => undefined);
        }
      },
      interrupt: () => {
        inner.interrupt();
        interrupt?.();
      },
      inspect: (text, position) => {
        const info = inner.inspect(text, position);
        if (info) return info;
        const called = calledAround(text, position);
        return called === null ? info : inner.inspect(text, called);
      },
    };
  };
}

/** Sets it up inside tslab, which must not have been loaded before. */
export function prepareExecutor(): void {
  keepSourceMaps();
  const tslab = require('tslab/dist/executor') as { createExecutor: CreateExecutor };
  tslab.createExecutor = executorOf(tslab.createExecutor);
}
