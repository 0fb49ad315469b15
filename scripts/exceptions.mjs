// Files that biome.jsonc excepts from the limit of complexity and that have no function above it any more.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ts from 'typescript';
import { attempt, inProject } from './setup/tools.mjs';

/** `a/{b,c}.ts` → `a/b.ts`, `a/c.ts`. */
function expand(/** @type {string} */ pattern) {
  const [, head, list, tail] = /^(.*)\{(.*)\}(.*)$/.exec(pattern) ?? [];
  return list === undefined ? [pattern] : list.split(',').map((name) => `${head}${name}${tail}`);
}

/** Files above the limit, of some. */
function complexFiles(/** @type {string[]} */ files, /** @type {object} */ rule) {
  const folder = mkdtempSync(path.join(tmpdir(), 'whylight-biome-'));
  try {
    const rules = { preset: 'none', complexity: { noExcessiveCognitiveComplexity: rule } };
    writeFileSync(path.join(folder, 'biome.json'), JSON.stringify({ linter: { rules } }));
    const biome = inProject('node_modules/@biomejs/biome/bin/biome');
    const options = [`--config-path=${folder}`, '--reporter=json', '--max-diagnostics=none'];
    const { stdout } = attempt(process.execPath, [biome, 'lint', ...options, ...files.map((file) => inProject(file))]);
    /** @type {{ category: string, location: { path: string } }[]} */
    const diagnostics = JSON.parse(stdout).diagnostics;
    return new Set(
      diagnostics
        .filter(({ category }) => category === 'lint/complexity/noExcessiveCognitiveComplexity')
        .map(({ location }) => path.relative(inProject('.'), inProject(location.path)).split(path.sep).join('/')),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The exceptions of single files that biome.jsonc could do without, one a line. */
export function staleExceptions() {
  const place = inProject('biome.jsonc');
  const { config, error } = ts.parseConfigFileTextToJson(place, readFileSync(place, 'utf8'));
  if (error) throw new Error(`biome.jsonc: ${ts.flattenDiagnosticMessageText(error.messageText, ' ')}`);
  /** @type {string[]} */
  const patterns = config.overrides.flatMap((/** @type {{ includes: string[] }} */ { includes }) => includes);
  const files = patterns.flatMap(expand).filter((file) => !file.includes('*'));
  const complex = complexFiles(files, config.linter.rules.complexity.noExcessiveCognitiveComplexity);
  return files
    .filter((file) => !complex.has(file))
    .map((file) => `${file} has no function above the limit of biome.jsonc, or is gone: it needs no exception`);
}
