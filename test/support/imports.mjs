import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const every = /(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*'([^']+)'/g;
const typeImport = /^(?:im|ex)port\s+type\b[^;]*;/gm;
/** @type {Map<string, string[]>} */
const memo = new Map();

/**
 * What a file imports: absolute files for relative imports, the names of packages otherwise.
 * @param {string} file
 * @param {{ types?: boolean }} [options] whether imports of types alone count, which are gone as it runs.
 * @returns {string[]}
 * @throws Error for a relative import that is no file.
 */
export function importsOf(file, { types = true } = {}) {
  const key = `${types} ${file}`;
  const before = memo.get(key);
  if (before !== undefined) return before;
  const text = readFileSync(file, 'utf8');
  const imports = [...(types ? text : text.replace(typeImport, '')).matchAll(every)].map(([, specifier]) => {
    if (!specifier.startsWith('.')) return specifier;
    const base = path.resolve(path.dirname(file), specifier).replace(/\.js$/, '');
    const target = [base, `${base}.ts`, path.join(base, 'index.ts')].find(
      (each) => existsSync(each) && statSync(each).isFile(),
    );
    if (target === undefined) throw new Error(`${file} imports ${specifier}, which is no file`);
    return target;
  });
  memo.set(key, imports);
  return imports;
}

/**
 * All that a file imports as it runs, itself and through others.
 * @param {string} file
 * @param {Set<string>} [seen]
 */
function reachable(file, seen = new Set()) {
  for (const target of importsOf(file, { types: false })) {
    if (seen.has(target)) continue;
    seen.add(target);
    if (/\.m?[jt]s$/.test(target) && path.isAbsolute(target)) reachable(target, seen);
  }
  return seen;
}

/**
 * What a test file needs to run: `built`, the compiled command line or library, which it spawns or a bench loads;
 * `engine`, TensorFlow in its own process, which uses every core; `plain`, neither.
 * @param {string} file
 * @returns {'built' | 'engine' | 'plain'}
 */
export function needsOf(file) {
  const all = [...reachable(file)];
  if (all.some((each) => each === 'node:child_process' || /[\\/]bench[\\/][^\\/]+\.mjs$/.test(each))) return 'built';
  return all.some((each) => each.startsWith('@tensorflow/')) ? 'engine' : 'plain';
}
