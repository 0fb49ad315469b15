import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { project } from './support/command';

// The recipes of CONTRIBUTING.md, tried: one file each, and its import and entry in one list. No other file is touched.

interface Recipe {
  readonly file: string;
  readonly text: string;
  /** The list, the import that it needs, and the entry before its end. */
  readonly list: string;
  readonly imported: string;
  readonly entry: string;
  readonly end: string;
}

const recipes: Readonly<Record<string, Recipe>> = {
  method: {
    file: 'explain/methods/throw-away.ts',
    list: 'explain/methods/index.ts',
    imported: 'import { throwAwayMethod } from "./throw-away";',
    entry: '  throwAwayMethod,\n',
    end: '];',
    text: `import { z } from "zod";
import { defineMethod } from "./define-method";

const schema = z.strictObject({
  power: z.number().min(1).default(2).meta({ description: 'of the pixel', unit: 'no unit' }),
});

export const throwAwayMethod = defineMethod({
  name: 'throw-away',
  title: 'Throw-away map',
  unit: 'brightness',
  bibtex: '@misc{yours2026throw, author = {Name, Your}, title = {Maps to Throw Away}, year = {2026}}',
  formula: 'T(x,y) = I_1(x,y)^{q}',
  where: '$q$ is the power',
  sentence: 'raises the first colour to a power',
  cost: 'nothing',
  passes: () => 0,
  needs: [],
  perTarget: 'nothing',
  schema,
  explain: async ({ input }, targets, { power }) =>
    targets.map(() => ({
      values: Float32Array.from({ length: input.height * input.width }, (_, i) => Math.abs(input.values[3 * i]!) ** power),
      signed: false,
    })),
});
`,
  },
  operation: {
    file: 'explain/network/operations/throw-away.ts',
    list: 'explain/network/operations/index.ts',
    imported: 'import { throwAway } from "./throw-away";',
    entry: '  throwAway,\n',
    end: '] as const;',
    text: `import { tf } from "../../engine";
import { elementwise } from "./bases";

/** x / 6 + 1/2, between 0 and 1. */
export interface ThrowAway {
  readonly kind: 'throwAway';
}

export const throwAway = elementwise<ThrowAway>({
  kind: 'throwAway',
  title: () => 'throw-away gate',
  value: (_, x) => tf.clipByValue(tf.add(tf.div(x, 6), 0.5), 0, 1),
});
`,
  },
  architecture: {
    file: 'explain/network/architectures/throw-away.ts',
    list: 'explain/network/architectures/index.ts',
    imported: 'import { throwAwayNet } from "./throw-away";',
    entry: "  { title: 'Throw-away', members: single('throw-away-net', throwAwayNet) },\n",
    end: '];',
    text: `import { GraphBuilder } from "../graph-builder";
import type { Architecture } from "./architecture";

/** Nobody 2026: two convolutions with a gate between them. */
export const throwAwayNet: Architecture = (outputs) => {
  const builder = new GraphBuilder();
  let x = builder.convolution('conv1', 'input', 4, { kernel: 3, padding: 1, bias: true });
  x = builder.add('gate', { kind: 'throwAway' }, x);
  x = builder.convolution('conv2', x, 6, { kernel: 3, padding: 1, bias: true });
  builder.pooledHead(x, outputs);
  return { graph: builder.graph, camNode: x };
};
`,
  },
  claim: {
    file: 'report/claims/throw-away.ts',
    list: 'report/claims/index.ts',
    imported: 'import { throwAway } from "./throw-away";',
    entry: ', throwAway',
    end: '];',
    text: `import { estimateShare } from "../../explain/statistics/estimate";
import { prose } from "../prose/make";
import { defineClaim } from "./claim";
import { difference } from "./verdict";

export const throwAway = defineClaim<Record<never, never>, { readonly even: number }>({
  role: 'claim',
  id: 'C99',
  title: 'Half of the numbers are even',
  introduction: 'half of the numbers are even',
  measure: async ({ network, scenes }, tools) =>
    tools.measure({ name: 'C99', detail: 'on numbers', networks: [await tools.network(network)], options: { scenes } }, async () => ({
      even: Math.ceil(scenes / 2),
    })),
  subjects: ({ result, settings }) => [{ findings: [difference('even numbers', estimateShare(result.even, settings.scenes))] }],
  figure: () => null,
  section: ({ result }) => [prose\`There are \${String(result.even)} even numbers.\`],
  abstract: () => null,
  discussion: () => null,
  sample: ({ settings }) => \`\${settings.scenes} numbers\`,
});
`,
  },
  figure: {
    file: 'report/figures/throw-away.ts',
    list: 'report/figures/index.ts',
    imported: 'import { throwAway } from "./throw-away";',
    entry: '  throwAway,\n',
    end: '];',
    text: `import { z } from "zod";
import { methodPanel } from "../../plots/method-panel";
import { prose, ref } from "../prose/make";
import { common, network } from "./entry";
import { defineFigure } from "./kind";
import { captioned } from "./panel";

const schema = z.strictObject({ kind: z.literal('throw-away'), ...common, network });

export const throwAway = defineFigure<z.infer<typeof schema>, null>({
  kind: 'throw-away',
  title: 'What is thrown away',
  schema,
  example: '# - id: thrown',
  showsPhoto: true,
  networks: ({ network }) => [network],
  compute: async (_, { photo, networks, explain }) => ({
    maps: [await explain('throw-away', networks[0]!, photo, { power: 3 })],
    extras: null,
  }),
  plot: ({ entry, maps }) => [captioned(entry, methodPanel(maps, { bars: false, width: 300 }), 'to be thrown away.')],
  sentences: ({ entry }) => prose\`\${ref(entry.id)} is thrown away.\`,
});
`,
  },
};

/** What is asked of the copy, in a process of its own; it answers in JSON. */
const questions = `
const at = (file) => require("./dist/" + file);
const { buildArchitecture } = at('explain/network/architectures/index.js');
const { randomParameters } = at('explain/network/random-parameters.js');
const { nodeShapes } = at('explain/network/node-shapes.js');
const { forward } = at('explain/network/executors/forward.js');
const { gradient } = at('explain/network/executors/gradient.js');
const { openIncremental } = at('explain/network/executors/incremental.js');
const { parseStudy } = at('report/study.js');
const { computeStudy, composeReport } = at('report/report.js');

const inputShape = [14, 17, 3];
const { graph, camNode } = buildArchitecture('throw-away-net', 2, inputShape);
const network = { name: 'n', graph, camNode, inputShape, parameters: randomParameters(graph, inputShape, 3), output: 'softmax', classes: ['a', 'b'],
  preprocessing: { resize: null, crop: [14, 17], mean: [0, 0, 0], std: [1, 1, 1] } };
const values = Float32Array.from({ length: 14 * 17 * 3 }, (_, i) => Math.sin(i * i));
const score = (x) => forward(network, x)[1];
const moved = (i, by) => { const x = values.slice(); x[i] += by; return score(x); };
const slope = gradient(network, values, Float32Array.of(0, 1)).gradient.values;
const slopes = [5, 100, 333].map((i) => [slope[i], (moved(i, 0.05) - moved(i, -0.05)) / 0.1]);
const covered = values.slice();
for (let y = 4; y < 8; y++) for (let x = 6; x < 11; x++) covered.fill(0, (y * 17 + x) * 3, (y * 17 + x) * 3 + 3);
const session = openIncremental(network, values, { size: [4, 5], filling: new Float32Array(values.length), copies: 1 });
const windows = [[...session.run([{ top: 4, left: 6 }], { period: 16, share: 0.9 })], [...forward(network, covered)]];
session.close();
const study = parseStudy(\`title: Thrown
authors: [Nobody]
data: drawn scenes
figures: [{ id: thrown, kind: throw-away, shows: A wolf, photo: { scene: single, kind: wolf, background: snow, seed: 3 }, network: scenes-fair }]
claims: { network: scenes-fair, scenes: 8, seed: 1, only: [C99] }\`, 'thrown.yaml');
const options = { environment: { date: new Date(0), commit: 'c', lockfile: 'f', versions: {}, machine: 'm' }, command: 'none', photoFolders: [], mapCache: null };
computeStudy(study, options).then((results) => {
  const html = composeReport(study, results, options);
  console.log(JSON.stringify({ gate: nodeShapes(graph, inputShape).get('gate'), slopes, windows, html: html.slice(html.indexOf('<header>'), html.indexOf('</main>')) }));
});
`;

let folder = '';
const node = (...args: string[]) =>
  execFileSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1e8,
    stdio: ['ignore', 'pipe', 'pipe'],
  });

beforeAll(() => {
  mkdirSync(path.join(project, '.setup'), { recursive: true });
  folder = mkdtempSync(path.join(project, '.setup/recipes-'));
  for (const name of ['node_modules', 'templates', 'networks', 'reports', 'package.json', 'package-lock.json']) {
    symlinkSync(path.join(project, name), path.join(folder, name));
  }
  cpSync(path.join(project, 'tsconfig.json'), path.join(folder, 'tsconfig.json'));
  cpSync(path.join(project, 'src'), path.join(folder, 'src'), { recursive: true });
  // What is compiled already needs no second time.
  if (existsSync(path.join(project, 'dist')))
    cpSync(path.join(project, 'dist'), path.join(folder, 'dist'), { recursive: true });
  for (const { file, text, list, imported, entry, end } of Object.values(recipes)) {
    writeFileSync(path.join(folder, 'src', file), text);
    const before = readFileSync(path.join(folder, 'src', list), 'utf8');
    const at = before.indexOf(end, before.search(/^(?:export )?const \w+(?:: \w+\[\])? = \[/m));
    writeFileSync(path.join(folder, 'src', list), `${imported}\n${before.slice(0, at)}${entry}${before.slice(at)}`);
  }
  node(path.join(project, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a method of one file is on the command line', () => {
  const said = node('dist/cli/main.js', 'methods', 'throw-away');
  expect(said).toMatch(/^Throw-away map \(throw-away\) raises the first colour to a power\.\n/);
  expect(said).toContain('--option power=…  of the pixel (no unit; numbers from 1; default: 2)');
  expect(said).toContain('Y. Name, “Maps to Throw Away,” 2026.');
  expect(node('dist/cli/main.js', 'methods')).toMatch(/\n19 methods and 2 views/);
});

test('an operation and an architecture of one file run forward, backward and in windows; a figure and a claim make a paper', () => {
  const { gate, slopes, windows, html } = JSON.parse(node('-e', questions)) as {
    gate: number[];
    slopes: [number, number][];
    windows: [number[], number[]];
    html: string;
  };
  expect(gate).toEqual([14, 17, 4]);
  for (const [slope, measured] of slopes) {
    expect(slope).not.toBe(0);
    expect(slope).toBeCloseTo(measured, 3);
  }
  windows[0].forEach((value, i) => {
    expect(value).toBeCloseTo(windows[1][i]!, 4);
  });
  expect(html).toMatch(/Throw-away map <a[^>]*>\[\d+\]<\/a> raises the first colour to a power, where /);
  expect(html).toContain('T(x,y) = I_1(x,y)^{q}');
  expect(html).toContain('Maps to Throw Away');
  for (const words of [
    'What is thrown away',
    'A wolf: to be thrown away.',
    'Half of the numbers are even',
    'There are 4 even numbers.',
  ]) {
    expect(html.replace(/\u00ad|&shy;/g, '')).toContain(words);
  }
});
