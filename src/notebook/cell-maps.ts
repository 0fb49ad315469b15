import { createRequire, SourceMap } from 'node:module';

/** A place in a cell's own text. */
export interface CellPlace {
  /** The number that Jupyter shows beside the cell. */
  readonly cell: number;
  /** From 1. */
  readonly line: number;
  /** That line, trimmed. */
  readonly source: string;
}

interface CellText {
  readonly cell: number;
  readonly text: string;
  /** From TypeScript to JavaScript, and on to a CommonJS module: tslab compiles in two steps. */
  readonly maps: readonly [SourceMap, SourceMap] | null;
}

/** What of TypeScript's API is changed here. */
interface TypeScript {
  readonly createWatchCompilerHost: (files: unknown, options: object, ...more: unknown[]) => unknown;
  readonly createWatchProgram: (host: { afterProgramCreate?: (builder: Builder) => void }) => unknown;
  readonly transpileModule: (text: string, options: TranspileOptions) => Transpiled;
}
type WriteFile = (name: string, text: string, ...more: unknown[]) => void;
interface Builder {
  emit: (file: unknown, write: WriteFile, ...more: unknown[]) => unknown;
}
interface TranspileOptions {
  readonly fileName?: string;
  readonly compilerOptions?: object;
}
interface Transpiled {
  readonly outputText: string;
  readonly sourceMapText?: string;
}

/** Cells whose text is kept, to name a line of a function that an earlier one declared. */
const KEPT = 400;
/** tslab puts a line before the cell's own. */
const LINES_BEFORE = 1;

const latest: { first: string | null; second: string | null } = { first: null, second: null };
const texts = new Map<string, CellText>();

/** Removes what the compiler says at the end of where it would have written the map. */
const bare = (text: string) => text.replace(/(?:\n\/\/# sourceMappingURL=\S*)+\s*$/, '\n');

/**
 * Makes the TypeScript inside tslab keep its source maps. To be called before tslab's converter is loaded, which takes
 * its functions from the module when it loads.
 */
export function keepSourceMaps(): void {
  const near = createRequire(require.resolve('tslab/package.json'));
  const place = near.resolve('@tslab/typescript-for-tslab');
  const typescript = near(place) as TypeScript;
  near.cache[place]!.exports = {
    ...typescript,
    createWatchCompilerHost: (files: unknown, options: object, ...more: unknown[]) =>
      typescript.createWatchCompilerHost(files, { ...options, sourceMap: true }, ...more),
    createWatchProgram: (host: { afterProgramCreate?: (builder: Builder) => void }) => {
      const { afterProgramCreate } = host;
      host.afterProgramCreate = (builder) => {
        const emit = builder.emit.bind(builder);
        builder.emit = (file, write, ...more) =>
          emit(
            file,
            (name, text, ...others) => {
              if (name.endsWith('__tslab__.js.map')) latest.first = text;
              else write(name, text, ...others);
            },
            ...more,
          );
        afterProgramCreate?.(builder);
      };
      return typescript.createWatchProgram(host);
    },
    transpileModule: (text: string, options: TranspileOptions) => {
      const compilerOptions = { ...options.compilerOptions, sourceMap: true };
      const done = typescript.transpileModule(bare(text), { ...options, compilerOptions });
      latest.second = done.sourceMapText ?? null;
      return { ...done, outputText: bare(done.outputText) };
    },
  };
}

/** Names a cell's JavaScript, so that its lines are found again in the stack of an error. @returns the code, named */
export function nameCell(cell: number, text: string, output: string): string {
  const name = `whylight-cell-${cell}`;
  const { first, second } = latest;
  const maps =
    first === null || second === null
      ? null
      : ([first, second].map((map) => new SourceMap(JSON.parse(map))) as [SourceMap, SourceMap]);
  texts.delete(name);
  texts.set(name, { cell, text, maps });
  for (const old of texts.keys()) if (texts.size > KEPT) texts.delete(old);
  return `${output}\n//# sourceURL=${name}`;
}

/** The innermost place in a cell that a stack names, or null. */
export function placeOf(stack: string): CellPlace | null {
  for (const [, name = '', line = '', column = ''] of stack.matchAll(/\b(whylight-cell-\d+):(\d+):(\d+)/g)) {
    const own = texts.get(name);
    if (!own?.maps) continue;
    const [first, second] = own.maps;
    const middle = second.findEntry(Number(line) - 1, Number(column) - 1);
    if (!('originalLine' in middle)) continue;
    const origin = first.findEntry(middle.originalLine, middle.originalColumn);
    if (!('originalLine' in origin)) continue;
    const index = origin.originalLine - LINES_BEFORE;
    const source = own.text.split('\n')[index]?.trim();
    if (source) return { cell: own.cell, line: index + 1, source };
  }
  return null;
}
