import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { notebookText } from '../scripts/notebook-text.mjs';
import { inProject } from '../scripts/setup/tools.mjs';
import { alternate } from './alternate.mjs';
import { cardOf, drawnPhotos } from './folders.mjs';
import { built, titles } from './networks.mjs';
import { median } from './numbers.mjs';

/** Rows of what a person waits for first: one photo from the shell to its files, and the first map of a fresh kernel. */
export async function* firstRows(plan, { python, folder, log }) {
  log('first figure');
  const rows = [...(await shellRows(plan, { python, folder })), await kernelRow(plan)];
  for (const { cell, name, each } of rows) log(`    ${cell}: ${name}: ${each.toFixed(2)} s`);
  yield rows;
}

const row = (more, seconds) => ({
  section: 'first',
  way: null,
  peer: null,
  ours: true,
  unit: 'start',
  items: 1,
  of: 1,
  ...more,
  seconds,
  each: median(seconds),
  difference: null,
  work: null,
});

async function shellRows(plan, { python, folder }) {
  const architecture = 'squeezenet1_0';
  const cell = `One photo, ${titles[architecture]}, 224 px, from the shell to the files`;
  const { file, peer } = await cardOf(folder, architecture, { side: 224, resize: 256 });
  const [photo] = await drawnPhotos(path.join(folder, 'first'), 1);
  const out = path.join(folder, 'first-out');
  const task = JSON.stringify({ ...peer, layer: 'classifier.2', photos: [photo], out });
  /** @type {{ name: string, way?: string, peer?: string, run: string[] }[]} */
  const sides = [
    {
      name: 'PyTorch and pytorch-grad-cam, saliency, Grad-CAM, OpenCV overlays',
      peer: 'PyTorch',
      run: [python, inProject('bench/peers/first_photo.py'), task],
    },
    ...[
      ['cam', 'CAM'],
      ['saliency,grad-cam', 'saliency and Grad-CAM'],
    ].map(([methods, title]) => ({
      name: `Whylight, ${title}, full pictures`,
      way: `shell, ${title}`,
      run: [
        process.execPath,
        inProject('scripts/whylight.mjs'),
        ...['explain', photo, '--network', file, '--mirror', folder, '--method', methods, '--no-cache', '--out', out],
      ],
    })),
  ];
  const times = await alternate(
    sides.map(({ run }) => async () => {
      // What is there whole would be skipped.
      rmSync(out, { recursive: true, force: true });
      mkdirSync(out);
      return waited(run);
    }),
    { repeats: plan.repeats },
  );
  return sides.map(({ name, way, peer = null }, i) =>
    row({ cell, architecture, side: 224, name, way, peer, ours: peer === null }, times[i]),
  );
}

/** Seconds that a program takes, from its start to its end. */
function waited(command) {
  const [program, ...args] = command;
  const started = performance.now();
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.slice(0, 2).join(' ')} failed:\n${stderr}`);
  return (performance.now() - started) / 1000;
}

const cells = [
  "import { display, drawScene, loadNetwork, overlay, saliency, singleScene } from 'whylight';",
  "const network = await loadNetwork('scenes-fair');\nconst photo = drawScene(singleScene('wolf', { background: 'snow', seed: 3 })).image;",
  "display(overlay(await saliency(network, photo, { target: 'wolf' })));",
];

async function kernelRow(plan) {
  const { executeNotebook } = built('notebook/execute.js');
  const folder = mkdtempSync(path.join(inProject('notebooks'), '.bench-'));
  const [file, ipynb] = ['bench.ipynb', 'out.ipynb'].map((name) => path.join(folder, name));
  writeFileSync(file, notebookText(cells));
  const run = async () => {
    const started = Date.now();
    await executeNotebook(file, { ipynb, html: path.join(folder, 'out.html'), times: true });
    const last = JSON.parse(readFileSync(ipynb, 'utf8')).cells.at(-1);
    return (Date.parse(last.metadata.execution['iopub.status.idle']) - started) / 1000;
  };
  try {
    const [seconds] = await alternate([run], { repeats: plan.repeats });
    const cell = 'A notebook, scenes-fair, from a fresh kernel to the first map';
    return row({ cell, name: "Whylight, saliency; Jupyter's own start included", way: 'kernel' }, seconds);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
