#!/usr/bin/env node
// Times Whylight beside its peers on this machine: `npm run bench -- --help`.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { referencePython } from '../scripts/setup/reference-python.mjs';
import { findMirror, inProject, StepError } from '../scripts/setup/tools.mjs';
import { benchPlan, help, UsageError } from './options.mjs';

const environment = {
  name: 'bench',
  requirements: 'bench/peers/requirements.txt',
  // It asks for torchvision, whose compiled operators do not load beside every torch; the worker needs none of it.
  alone: ['grad-cam==1.5.7'],
  modules: ['captum', 'lime', 'pytorch_grad_cam'],
  what: 'PyTorch, Captum, pytorch-grad-cam and lime',
};

const log = (line) => process.stderr.write(`${line}\n`);

/** Gives all results so far, again and again: a long run that is cut off leaves what it has measured. */
async function* measured(plan) {
  // Only now: --help and a wrong option need neither the build nor Python.
  const { startWorker } = await import('./peers/worker.mjs');
  const { curveRows } = await import('./curves.mjs');
  const { occlusionRows } = await import('./occlusion.mjs');
  const { gradientRows } = await import('./gradients.mjs');
  const { firstRows } = await import('./first.mjs');
  const { folderRows } = await import('./folders.mjs');
  const { maskRows } = await import('./masks.mjs');
  const { sharedRows } = await import('./shared.mjs');
  const { matrixRates, withRoof } = await import('./roofline.mjs');
  const mirror = findMirror();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-bench-'));
  const python = referencePython(environment, log);
  const peers = startWorker(python, [inProject('bench/peers/worker.py')]);
  const started = performance.now();
  const [load] = os.loadavg();
  if (load > 0.5) log(`the machine is busy (load ${load.toFixed(1)}): these times will not be worth much`);
  try {
    const { torch, captum } = await peers.ask('versions');
    const before = await matrixRates(peers);
    const parts = {
      first: firstRows,
      folders: folderRows,
      occlusion: occlusionRows,
      gradients: gradientRows,
      masks: maskRows,
      shared: sharedRows,
      curves: curveRows,
    };
    const rows = [];
    // The long one last.
    const order = plan.sections.toSorted((a, b) => Number(a === 'occlusion') - Number(b === 'occlusion'));
    const place = ({ section }) => plan.sections.indexOf(section);
    for (const section of order) {
      for await (const some of parts[section](plan, { peers, python, folder, mirror, log })) {
        rows.push(...some);
        yield results(before);
      }
    }
    const after = await matrixRates(peers);
    yield results({
      whylight: Math.max(before.whylight, after.whylight),
      torch: Math.max(before.torch, after.torch),
    });

    function results(rates) {
      return {
        date: new Date().toISOString(),
        mode: plan.mode,
        repeats: plan.repeats,
        minutes: (performance.now() - started) / 60_000,
        machine: {
          cpu: os.cpus()[0].model.trim(),
          cores: os.cpus().length,
          memory: Math.round(os.totalmem() / 1e9),
          load,
          versions: `Node ${process.versions.node}, torch ${torch}, captum ${captum}`,
        },
        rates,
        rows: withRoof(rows, rates).sort((a, b) => place(a) - place(b)),
      };
    }
  } finally {
    peers.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  const plan = benchPlan(process.argv.slice(2));
  if (plan.help) console.log(help);
  else {
    mkdirSync(plan.out, { recursive: true });
    const write = (name, content) => writeFileSync(path.join(plan.out, name), content);
    /** @type {any} */
    let results = null;
    for await (results of measured(plan)) write('results.json', JSON.stringify(results, null, 1));
    const { historyOf, noteRun, slowDowns } = await import('./history.mjs');
    const history = path.join(plan.out, 'history.jsonl');
    results.slower = slowDowns(historyOf(history), results);
    noteRun(history, results);
    const { document } = await import('./results.mjs');
    const { benchFigure, drawn } = await import('./figure.mjs');
    const text = `${document(results).join('\n').trimEnd()}\n`;
    write('results.md', text);
    const { png, html } = drawn(benchFigure(results));
    write('bench.html', html);
    if (png !== null) write('bench.png', png);
    console.log(text);
    log(`${results.minutes.toFixed(1)} minutes; written to ${plan.out}`);
  }
} catch (error) {
  if (error instanceof UsageError) log(`bench: ${error.message}`);
  else
    log(error instanceof StepError ? `bench: ${error.message}\n    ${error.advice}` : (error.stack ?? String(error)));
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
