import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { rooms } from '../scripts/rooms.mjs';
import { importsOf } from './support/imports.mjs';

const source = path.resolve(__dirname, '../src');

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.split(path.sep).join('/'));

const edges = new Map(
  files.map((file) => {
    const imports = importsOf(path.join(source, file)).filter((target) => path.isAbsolute(target));
    return [file, imports.map((target) => path.relative(source, target).split(path.sep).join('/'))];
  }),
);

test('imports go one way between the rooms', () => {
  const upward = [...edges].flatMap(([file, targets]) =>
    targets
      .map((target) => ({ from: file.split('/')[0]!, to: target.split('/')[0]!, target }))
      .filter(({ from, to }) => from !== to && from !== 'index.ts' && !rooms[from]?.uses.includes(to))
      .map(({ target }) => `${file} → ${target}`),
  );
  expect(upward).toEqual([]);
});

test('no file imports itself through others', () => {
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    if (trail.includes(file)) {
      cycles.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
      return;
    }
    if (done.has(file)) return;
    for (const target of edges.get(file)!) visit(target, [...trail, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(cycles).toEqual([]);
});

test('only files of src/explain touch the engine, and only the command line prints', () => {
  const text = (file: string) => readFileSync(path.join(source, file), 'utf8');
  const engine = files.filter(
    (file) =>
      !file.startsWith('explain/') &&
      /(?:from|import|import\(|require\()\s*'(?:@tensorflow\/[^']*|[^']*explain\/engine(?:\.js)?)'/.test(text(file)),
  );
  const printing = files.filter((file) => !file.startsWith('cli/') && /\bconsole\.\w+\(/.test(text(file)));
  expect({ engine, printing }).toEqual({ engine: [], printing: [] });
});

/** Participles that as a name of a value say nothing of it, and the nouns they stand for are many. */
const participles = new Set(
  'found known said told asked wanted needed named chosen shown given made taken seen drawn written kept meant tried'.split(
    ' ',
  ),
);

/** Shares of animals with a peak, under this key in what `camInstances` returns. */
const resultKeys = ['analyses/cam-instances.ts: found'];

test('names are nouns: no value is called found, known or said', () => {
  const names = files.flatMap((file) => declaredNames(path.join(source, file)).map((name) => `${file}: ${name}`));
  expect(names.length).toBeGreaterThan(5000);
  const standing = names.filter((name) => participles.has(name.split(': ')[1]!));
  expect([...new Set(standing)].sort()).toEqual(resultKeys);
});

/** Names that a file declares: of variables, parameters, functions, and the properties of its types and classes. */
function declaredNames(file: string): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (declares(node) && node.name !== undefined && ts.isIdentifier(node.name)) names.push(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ESNext));
  return names;
}

const declares = (node: ts.Node) =>
  ts.isVariableDeclaration(node) ||
  ts.isParameter(node) ||
  ts.isBindingElement(node) ||
  ts.isFunctionDeclaration(node) ||
  ts.isMethodDeclaration(node) ||
  ts.isMethodSignature(node) ||
  ts.isPropertyDeclaration(node) ||
  ts.isPropertySignature(node);

test('what runs before set-up needs no package', () => {
  const scripts = path.resolve(source, '../scripts');
  const packages = (file: string, seen: Set<string>): string[] => {
    if (seen.has(file)) return [];
    seen.add(file);
    const text = readFileSync(file, 'utf8');
    return [...text.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)';/gm)].flatMap(([, name]) =>
      name!.startsWith('.')
        ? packages(path.resolve(path.dirname(file), name!), seen)
        : name!.startsWith('node:')
          ? []
          : [`${path.basename(file)}: ${name}`],
    );
  };
  const entries = ['setup.mjs', 'start.mjs', 'test.mjs', 'doctor.mjs', 'whylight.mjs'];
  const seen = new Set<string>();
  expect(entries.flatMap((entry) => packages(path.join(scripts, entry), seen))).toEqual([]);
  expect(seen.size).toBeGreaterThan(10);
});

test('what benches and scripts take from the compiled library is there', () => {
  const project = path.resolve(source, '..');
  const taken = ['bench', 'scripts'].flatMap((folder) =>
    readdirSync(path.join(project, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.[cm]js$/.test(file))
      .flatMap((file) => takenFromLibrary(readFileSync(path.join(project, folder, file), 'utf8')))
      .map((each) => ({ ...each, by: folder })),
  );
  expect(taken.length).toBeGreaterThan(40);
  const absent = taken.filter(({ file, names }) => {
    if (!files.includes(file)) return true;
    const text = readFileSync(path.join(source, file), 'utf8');
    return names.some((name) => !exportsName(text, name));
  });
  expect(absent).toEqual([]);
});

/** Names read from a module by `const { … } = built('explain/….js')`, or as `built('….js').name`. */
function takenFromLibrary(text: string): { file: string; names: string[] }[] {
  const module = String.raw`(?:built|require|createRequire\([^)]*\))\((?:built\(|inProject\(|path\.resolve\(__dirname, |\$\{JSON\.stringify\(built\()*'(?:\.\./)?(?:dist/)?((?:explain|plots|scenes|analyses|notebook|report|page|cli)/[^']*|index)\.js'\)*\}?\)*`;
  const destructured = new RegExp(String.raw`\{([^{}]*)\}\s*=\s*${module}`, 'g');
  const property = new RegExp(String.raw`${module}\.(\w+)`, 'g');
  return [
    ...[...text.matchAll(destructured)].map(([, list, file]) => ({
      file: `${file}.ts`,
      names: list!
        .split(',')
        .map((name) => name.trim().split(':')[0]!.trim())
        .filter((name) => name !== ''),
    })),
    ...[...text.matchAll(property)].map(([, file, name]) => ({ file: `${file}.ts`, names: [name!] })),
  ];
}

const exportsName = (text: string, name: string) =>
  new RegExp(String.raw`export (?:async )?(?:function\*?|const|class) ${name}\b|export \{[^}]*\b${name}\b[^}]*\}`).test(
    text,
  );
