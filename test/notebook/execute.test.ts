import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { notebookText } from '../../scripts/notebook-text.mjs';
import { AbortedError } from '../../src/explain/errors';
import { display } from '../../src/notebook/display';
import { executeNotebook } from '../../src/notebook/execute';
import { project, whylight } from '../support/command';

const folder = mkdtempSync(path.join(project, 'notebooks', '.test-'));
const file = (name: string) => path.join(folder, name);

function notebook(name: string, ...cells: (string | { source: string; tags: string[] })[]): string {
  writeFileSync(file(name), notebookText(cells));
  return file(name);
}

const out = (name: string) => ({ ipynb: file(`${name}.out.ipynb`), html: file(`${name}.out.html`) });
const outputs = (name: string) => readFileSync(file(`${name}.out.ipynb`), 'utf8');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a failing cell is named with its message, and what ran before can be read', async () => {
  const failing = notebook(
    'error.ipynb',
    "console.log('before');",
    "import { loadNetwork } from 'whylight';",
    "await loadNetwork('squeezenet9');",
    "console.log('after');",
  );
  await expect(executeNotebook(failing, out('error'))).rejects.toThrow(
    /^error\.ipynb: cell 3 failed: unknown network: squeezenet9 \(known: /,
  );
  expect(outputs('error')).toContain('before\\n');
  expect(outputs('error')).not.toContain('after\\n');
  expect(existsSync(file('error.out.html'))).toBe(true);
});

test('a type error names its line and quotes it', async () => {
  const wrong = notebook('type.ipynb', 'const one = 1;', 'const two = 2;\nconst text: string = one + two;');
  await expect(executeNotebook(wrong, out('type'))).rejects.toThrow(
    "type.ipynb: cell 2 failed: 2:7 - Type 'number' is not assignable to type 'string'.  (const text: string = one + two;)",
  );
});

interface Output {
  readonly name?: string;
  readonly text?: readonly string[];
  readonly data?: Readonly<Record<string, string | readonly string[]>>;
}

test('the last expression of a cell is shown as display shows it, and promises are awaited', async () => {
  const cells = [
    "import { classify, display, drawScene, loadNetwork, markup, onWhite, saliency } from 'whylight';\nconst network = await loadNetwork('scenes-fair');\nconst photo = drawScene(onWhite('dog', { seed: 1, width: 96, height: 96 })).image;\nphoto",
    'saliency(network, photo)',
    'const z = await (async () => 5)();\nz',
    '[photo, classify(network, photo)]',
    "display([saliency(network, photo), photo], { data: [{ x: [1, 2], y: [3, 1] }], layout: { title: 'mine' } });",
    "display(markup('<b>bold</b>'), '<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>', Buffer.from([0x89, 0x50, 0x4e, 0x47]));",
    'photo.pixels',
    "'words'",
    'undefined',
  ];
  await executeNotebook(notebook('last.ipynb', ...cells), out('last'));
  const shown = JSON.parse(outputs('last')).cells.map(({ outputs: all }: { outputs: Output[] }) =>
    all.map(({ name, text, data = {} }) => (name === undefined ? Object.keys(data)[0]! : text!.join(''))),
  );
  const plotly = 'application/vnd.plotly.v1+json';
  const [photo, map] = [
    [plotly, 'text/html'],
    [plotly, 'text/html'],
  ];
  expect(shown.slice(0, 6)).toEqual([
    photo,
    map,
    ['5\n'],
    [...photo, plotly, 'text/html', 'text/html'],
    [...map, ...photo, plotly],
    ['text/html', 'image/svg+xml', 'image/png'],
  ]);
  expect(shown[6][0]).toMatch(/^Uint8Array\(27648\) \[[\s\S]{20,400}27628 more items\n\]\n$/);
  expect(shown.slice(7)).toEqual([['words\n'], []]);
});

test('an error is one line with the cell’s line and source, and no stack', async () => {
  const raises = (source: string) => ({ tags: ['raises-exception'], source });
  const cells = [
    'const read = (x: any): number => {\n  return x.y.z;\n};',
    raises('interface A { b: number }\n\n// not this one\nconst a = undefined as unknown as { b: A };\na.b.b'),
    raises('await (async () => read(undefined))()'),
    raises("Promise.reject(new Error('the\\n last'))"),
    raises('void (async () => {})();\n(globalThis as any).whylightNone.here'),
    raises("throw 'bare'"),
  ];
  await executeNotebook(notebook('errors.ipynb', ...cells), out('errors'));
  const [, ...errors] = JSON.parse(outputs('errors')).cells.map(({ outputs: all }: { outputs: Output[] }) =>
    all.map(({ text }) => text!.join('')).join('|'),
  );
  expect(errors).toEqual([
    "TypeError: Cannot read properties of undefined (reading 'b')  (line 5: a.b.b)\n",
    "TypeError: Cannot read properties of undefined (reading 'y')  (cell [1], line 2: return x.y.z;)\n",
    "Error: the last  (line 1: Promise.reject(new Error('the\\n last')))\n",
    "TypeError: Cannot read properties of undefined (reading 'here')  (line 2: (globalThis as any).whylightNone.here)\n",
    "thrown: 'bare'\n",
  ]);
});

test('a display that nothing awaits belongs to its cell, and so does its failure', async () => {
  const cells = [
    "import { display } from 'whylight';\nvoid display(new Promise((resolve) => setTimeout(() => resolve({ late: 1 }), 300)));\nconsole.log('first');",
    "void display(Promise.reject(new Error('never came')));",
  ];
  await expect(executeNotebook(notebook('late.ipynb', ...cells), out('late'))).rejects.toThrow(
    'late.ipynb: cell 2 failed: Error: never came  (line 1: void display(Promise.reject(',
  );
  const [first] = JSON.parse(outputs('late')).cells;
  expect(first.outputs.map(({ name, data }: Output) => name ?? data!['text/plain'])).toEqual([
    'stdout',
    ['{ late: 1 }'],
  ]);
});

test('a rejection that nothing awaited fails, even in the last cell', async () => {
  const floating = notebook('floating.ipynb', "console.log('fine');", "void Promise.reject(new Error('lost at sea'));");
  await expect(executeNotebook(floating, out('floating'))).rejects.toThrow(
    'floating.ipynb: cell 2 failed: an error that nothing awaited: Error: lost at sea',
  );
});

test('parameters replace the values of the tagged cell, and unknown ones are refused', async () => {
  const cells = [
    { source: "const name: string = 'dog';\nconst times: number = 2;", tags: ['parameters'] },
    'console.log(name.repeat(times));',
  ];
  const parametrised = notebook('parameters.ipynb', ...cells);
  await executeNotebook(parametrised, { ...out('parameters'), parameters: { name: 'o\'wolf \\ "x"', times: 3 } });
  const cell = JSON.parse(outputs('parameters')).cells[1];
  expect(cell.outputs[0].text.join('')).toBe(`${'o\'wolf \\ "x"'.repeat(3)}\n`);
  await expect(executeNotebook(parametrised, { ...out('unknown'), parameters: { kind: 'cat' } })).rejects.toThrow(
    'parameters.ipynb: unknown parameter: kind (this notebook has: name, times)',
  );
  expect(existsSync(file('unknown.out.ipynb'))).toBe(false);
  const bare = notebook('bare.ipynb', 'const a = 1;');
  await expect(executeNotebook(bare, { ...out('bare'), parameters: { a: 1 } })).rejects.toThrow('no cell tagged');
});

test('display shows a table, an object and a list of figures; outside a notebook it says what to do', async () => {
  const shown = notebook(
    'display.ipynb',
    "import { classify, display, drawScene, loadNetwork, onWhite, scoreBars } from 'whylight';",
    "display([{ animal: 'wolf', legs: 4, share: 0.123456 }, { animal: 'bee <b>', legs: 6, share: null }]);",
    "display({ some: 'object' }, 'words');",
    "const scene = drawScene(onWhite('dog', { seed: 1, width: 96, height: 96 }));\nconst network = await loadNetwork('scenes-fair');\nconst said = await classify(network, scene.image);\ndisplay([scoreBars(said), scene.image]);",
  );
  await executeNotebook(shown, out('display'));
  const [, table, text, figures] = JSON.parse(outputs('display')).cells;
  expect(table.outputs[0].data['text/html'].join('')).toContain('<td style="text-align:left">bee &lt;b&gt;</td>');
  expect(table.outputs[0].data['text/plain'].join('')).toContain('wolf     4     0.12346');
  expect(text.outputs.map((output: { data: Record<string, string[]> }) => output.data['text/plain']!.join(''))).toEqual(
    ["{ some: 'object' }", 'words'],
  );
  expect(figures.outputs.filter((o: { data: object }) => 'application/vnd.plotly.v1+json' in o.data)).toHaveLength(2);
  expect(() => display('x')).toThrow('display works in a notebook cell');
});

test('an interrupt of the kernel stops long work; the next cell works, and the same work again goes on', async () => {
  const interrupted = notebook(
    'interrupt.ipynb',
    "import { drawScene, loadNetwork, occlusion, onWhite } from 'whylight';\nconst network = await loadNetwork('scenes-fair');\nconst photo = drawScene(onWhite('dog', { seed: 1, width: 96, height: 96 })).image;",
    {
      tags: ['raises-exception'],
      source: [
        "let begun = false;\nconst onProgress = () => { if (!begun) process.kill(process.pid, 'SIGINT'); begun = true; };",
        'const work = occlusion(network, photo, { size: 3, stride: 1, onProgress: onProgress }).then(() => { (globalThis as any).end = "finished"; }, (error) => { (globalThis as any).end = error.name; });',
        'await work.catch(() => undefined);',
      ].join('\n'),
    },
    'while (!(globalThis as any).end) await new Promise((resolve) => setTimeout(resolve, 50));\nconsole.log((globalThis as any).end);',
    [
      'const stop = new AbortController();',
      'const seen: { resumed?: number }[] = [];',
      'const onProgress = (progress: { resumed?: number }) => { seen.push(progress); stop.abort(); };',
      'await occlusion(network, photo, { size: 3, stride: 1, signal: stop.signal, onProgress: onProgress }).catch(() => undefined);',
      'console.log((seen[0]!.resumed ?? 0) > 0);',
    ].join('\n'),
  );
  await executeNotebook(interrupted, out('interrupt'));
  const [, stopped, next, again] = JSON.parse(outputs('interrupt')).cells;
  expect(stopped.outputs.at(-1)).toMatchObject({
    name: 'stderr',
    text: ['interrupted; run the cell again to go on\n'],
  });
  expect(next.outputs[0].text.join('')).toBe('AbortedError\n');
  expect(again.outputs.at(-1).text.join('')).toBe('true\n');
});

test('an aborted run ends its kernel and leaves nothing', async () => {
  const sign = file('begun');
  const slow = notebook(
    'slow.ipynb',
    `require('node:fs').writeFileSync(${JSON.stringify(sign)}, String(process.pid));\nawait new Promise((resolve) => setTimeout(resolve, 600_000));`,
  );
  const controller = new AbortController();
  const run = executeNotebook(slow, { ...out('slow'), signal: controller.signal });
  const fails = expect(run).rejects.toThrow(AbortedError);
  await expect.poll(() => existsSync(sign) && readFileSync(sign, 'utf8') !== '', { timeout: 100_000 }).toBe(true);
  controller.abort();
  await fails;
  expect(readdirSync(folder).filter((name) => name.startsWith('slow.out'))).toEqual([]);
  const kernel = readFileSync(sign, 'utf8');
  await expect.poll(() => existsSync(`/proc/${kernel}`), { timeout: 20_000 }).toBe(false);
  await expect(executeNotebook(slow, { ...out('slow'), signal: controller.signal })).rejects.toThrow(AbortedError);
});

test('the command does not write over the notebook itself', async () => {
  const own = notebook('own.ipynb', 'console.log(1);');
  const answer = await whylight(['notebook', 'run', own, '--out', folder]);
  expect(answer).toMatchObject({ code: 1, out: '' });
  expect(answer.err).toContain('would be overwritten by its own outputs');
  const absent = await whylight(['notebook', 'run', file('absent.ipynb'), '--out', os.tmpdir()]);
  expect(absent).toMatchObject({ code: 1, err: `whylight: no such notebook: ${file('absent.ipynb')}\n` });
});

test('a notebook anywhere on the machine imports the package with its types', async () => {
  const elsewhere = mkdtempSync(path.join(os.tmpdir(), 'whylight-elsewhere-'));
  const place = notebook(
    'elsewhere.ipynb',
    "import { type ImageSample, drawScene, onWhite } from 'whylight';\nimport { readFileSync } from 'fs';",
    "const photo: ImageSample = drawScene(onWhite('dog', { seed: 1, width: 48, height: 40 })).image;\nconsole.log(photo.width, photo.height, typeof readFileSync);",
    'const wrong: string = photo.width;',
  );
  const moved = path.join(elsewhere, 'elsewhere.ipynb');
  writeFileSync(moved, readFileSync(place));
  await expect(executeNotebook(moved, out('elsewhere'))).rejects.toThrow(
    "cell 3 failed: 1:7 - Type 'number' is not assignable to type 'string'.",
  );
  expect(outputs('elsewhere')).toContain('48 40 function\\n');
  rmSync(elsewhere, { recursive: true });
});

test('the kernel is registered where a person’s own Jupyter looks, once', async () => {
  const data = mkdtempSync(path.join(os.tmpdir(), 'whylight-kernels-'));
  const env = { JUPYTER_DATA_DIR: data };
  const spec = path.join(data, 'kernels/whylight/kernel.json');
  expect((await whylight(['notebook', 'install'], { env })).out).toBe(`TypeScript (Whylight): registered in ${spec}\n`);
  const { argv, interrupt_mode: mode, language } = JSON.parse(readFileSync(spec, 'utf8'));
  expect({ mode, language, last: argv.at(-1) }).toEqual({
    mode: 'signal',
    language: 'typescript',
    last: '{connection_file}',
  });
  expect(existsSync(argv[0]) && existsSync(argv[1])).toBe(true);
  expect((await whylight(['notebook', 'install'], { env })).out).toContain('already registered in');
  rmSync(data, { recursive: true });
});
