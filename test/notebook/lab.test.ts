import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import puppeteer, { type Browser } from 'puppeteer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { notebookText } from '../../scripts/notebook-text.mjs';
import { executeNotebook } from '../../src/notebook/execute';
import { writeExportTemplate } from '../../src/notebook/export-template';
import { findChromium } from '../../src/page/find-chromium';
import { project } from '../support/command';

const bin = path.join(project, '.venv/bin');
const home = mkdtempSync(path.join(os.tmpdir(), 'whylight-lab-'));
const folder = mkdtempSync(path.join(project, 'notebooks', '.test-'));
const environment = {
  ...process.env,
  JUPYTER_CONFIG_DIR: path.join(home, 'config'),
  JUPYTER_DATA_DIR: path.join(home, 'data'),
  JUPYTER_RUNTIME_DIR: path.join(home, 'runtime'),
  JUPYTERLAB_SETTINGS_DIR: path.join(home, 'settings'),
  JUPYTERLAB_WORKSPACES_DIR: path.join(home, 'workspaces'),
};
let lab: ChildProcess | null = null;
let browser: Browser | null = null;
let address = '';

beforeAll(async () => {
  if (!existsSync(path.join(bin, 'jupyter-lab'))) {
    const requirements = path.join(project, 'scripts/requirements-lab.txt');
    spawnSync(path.join(bin, 'python'), ['-m', 'pip', 'install', '--quiet', '--require-hashes', '-r', requirements], {
      stdio: 'ignore',
    });
  }
  const plain = path.join(folder, 'plain.ipynb');
  const cells = [
    "import { display, drawScene, loadNetwork, onWhite, overlay, saliency } from 'whylight';\nconsole.log(6 * 7);",
    "const photo = drawScene(onWhite('dog', { seed: 5, width: 96, height: 96 })).image;\ndisplay(overlay(await saliency(await loadNetwork('scenes-fair'), photo)));",
  ];
  writeFileSync(plain, notebookText(cells));
  await executeNotebook(plain, { ipynb: path.join(folder, 'shown.ipynb'), html: path.join(folder, 'shown.html') });
  // The first cell's output goes, so that what it prints comes from the kernel that JupyterLab starts.
  const shown = JSON.parse(readFileSync(path.join(folder, 'shown.ipynb'), 'utf8'));
  shown.cells[0].outputs = [];
  writeFileSync(path.join(folder, 'shown.ipynb'), JSON.stringify(shown));
  mkdirSync(environment.JUPYTER_DATA_DIR, { recursive: true });
  spawnSync(path.join(bin, 'jupyter'), ['trust', path.join(folder, 'shown.ipynb')], { env: environment });
  const options = [
    '--no-browser',
    '--ip=127.0.0.1',
    '--port=0',
    '--allow-root',
    '--IdentityProvider.token=test',
    '--ContentsManager.allow_hidden=True',
  ];
  lab = spawn(path.join(bin, 'jupyter-lab'), [...options, `--ServerApp.root_dir=${folder}`], { env: environment });
  address = await new Promise<string>((resolve, reject) => {
    let said = '';
    lab!.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (url) resolve(url[0]);
    });
    lab!.once('close', () => reject(new Error(said.slice(-2000))));
  });
  browser = await puppeteer.launch({ executablePath: findChromium(), pipe: true, args: ['--no-sandbox'] });
}, 300_000);

afterAll(async () => {
  await browser?.close();
  lab?.kill('SIGTERM');
  for (const place of [home, folder]) rmSync(place, { recursive: true, force: true, maxRetries: 5, retryDelay: 300 });
});

test('JupyterLab shows a trusted notebook’s figure, and runs a cell in the TypeScript kernel', {
  timeout: 400_000,
}, async () => {
  const page = await browser!.newPage();
  await page.setViewport({ width: 1400, height: 1100 });
  await page.goto(`${address}/lab/tree/shown.ipynb?token=test`);
  const figure = await page.waitForSelector('.jp-OutputArea .js-plotly-plot .main-svg', { timeout: 90_000 });
  const box = await figure!.boundingBox();
  expect(box!.width * box!.height).toBeGreaterThan(50_000);
  expect(await page.$$eval('.jp-OutputArea .heatmaplayer image', (maps) => maps.length)).toBe(1);
  const first = await page.waitForSelector('.jp-CodeCell .cm-content');
  await first!.click();
  // The kernel is ready when its status says so.
  await page.waitForSelector(
    '.jp-NotebookPanel [data-status="idle"], .jp-Notebook-ExecutionIndicator[data-status="idle"]',
    { timeout: 60_000 },
  );
  await page.keyboard.down('Shift');
  await page.keyboard.press('Enter');
  await page.keyboard.up('Shift');
  await page.waitForFunction(
    () => document.querySelector('.jp-CodeCell .jp-OutputArea-output pre')?.textContent?.trim() === '42',
    { timeout: 60_000 },
  );
  // A page that somebody else's Jupyter exports finds Plotly in the notebook, also when its cell was run twice.
  const bytes = () => statSync(path.join(folder, 'shown.ipynb')).size;
  expect(bytes()).toBeLessThan(1_000_000);
  for (let run = 0; run < 2; run++) {
    const cells = await page.$$('.jp-CodeCell .cm-content');
    await cells[1]!.click();
    await page.keyboard.down('Control');
    await page.keyboard.press('Enter');
    await page.keyboard.up('Control');
    const number = `[${run + 2}]:`;
    await page.waitForFunction(
      (text) => document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')[1]?.textContent?.trim() === text,
      { timeout: 120_000 },
      number,
    );
  }
  await page.keyboard.down('Control');
  await page.keyboard.press('KeyS');
  await page.keyboard.up('Control');
  await expect.poll(bytes, { timeout: 60_000 }).toBeGreaterThan(4_500_000);
  const { cells } = JSON.parse(readFileSync(path.join(folder, 'shown.ipynb'), 'utf8'));
  expect(cells[1].outputs[0].data['text/html'].join('').match(/\(function\(define\)/g)).toHaveLength(1);
});

test('a page that JupyterLab exports with Whylight’s template holds Plotly, which the notebook does not', async () => {
  const options = await writeExportTemplate(environment.JUPYTER_DATA_DIR);
  const plain = path.join(folder, 'plain-shown.ipynb');
  writeFileSync(
    plain,
    notebookText(["import { display } from 'whylight';\ndisplay({ data: [{ x: [1, 2], y: [3, 1] }], layout: {} });"]),
  );
  await executeNotebook(plain, { ipynb: path.join(folder, 'own.ipynb'), html: path.join(folder, 'own.html') });
  expect(readFileSync(path.join(folder, 'own.ipynb'), 'utf8').length).toBeLessThan(200_000);
  const args = ['nbconvert', '--to', 'html', ...options, path.join(folder, 'own.ipynb'), '--output', 'exported.html'];
  const { status, stderr } = spawnSync(path.join(bin, 'jupyter'), args, { env: environment, encoding: 'utf8' });
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  for (const name of ['own.html', 'exported.html']) {
    const page = await browser!.newPage();
    await page.goto(`file://${path.join(folder, name)}`);
    await page.waitForSelector('.js-plotly-plot .main-svg', { timeout: 30_000 });
    await page.close();
  }
});
