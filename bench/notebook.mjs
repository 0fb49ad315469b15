// How long a person waits in a notebook: from a fresh kernel to the first map, and for each later cell. `node bench/notebook.mjs`
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { inProject } from '../scripts/setup/tools.mjs';

const require = createRequire(import.meta.url);
const { executeNotebook } = require(inProject('dist/notebook/execute.js'));

const cells = [
  "import { cam, display, drawScene, loadNetwork, overlay, saliency, singleScene } from 'whylight';",
  "const network = await loadNetwork('scenes-fair');\nconst photo = drawScene(singleScene('wolf', { background: 'snow', seed: 3 })).image;",
  "display(overlay(await saliency(network, photo, { target: 'wolf' })));",
  "display(overlay(await cam(network, photo, { target: 'wolf' })));",
  'const sum = [1, 2, 3].reduce((a, b) => a + b, 0);',
];
const folder = mkdtempSync(path.join(inProject('notebooks'), '.bench-'));
try {
  const file = path.join(folder, 'bench.ipynb');
  const notebook = {
    cells: cells.map((source, i) => ({
      id: `c${i}`,
      cell_type: 'code',
      source,
      metadata: {},
      outputs: [],
      execution_count: null,
    })),
    metadata: { kernelspec: { name: 'whylight', display_name: 'TypeScript (Whylight)', language: 'typescript' } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  writeFileSync(file, JSON.stringify(notebook));
  /** @type {number[][]} Milliseconds. */
  const [first, later] = [[], []];
  for (let round = 0; round < 3; round++) {
    const ipynb = path.join(folder, 'out.ipynb');
    const started = Date.now();
    await executeNotebook(file, { ipynb, html: path.join(folder, 'out.html') });
    const times = JSON.parse(readFileSync(ipynb, 'utf8')).cells.map(({ metadata: { execution } }) => ({
      from: Date.parse(execution['iopub.status.busy']),
      to: Date.parse(execution['iopub.status.idle']),
    }));
    first.push(times[2].to - started);
    later.push(...times.slice(3).map(({ from, to }) => to - from));
  }
  const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
  console.log(
    `fresh kernel to the first map: median ${(median(first) / 1000).toFixed(1)} s of ${first.length} (Jupyter's own start included)`,
  );
  console.log(
    `later cells: median ${(median(later) / 1000).toFixed(2)} s, slowest ${(Math.max(...later) / 1000).toFixed(2)} s`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
