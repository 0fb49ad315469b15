import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { notebookText } from '../../scripts/notebook-text.mjs';
import { executeNotebook } from '../../src/notebook/execute';
import { buildSite } from '../../src/notebook/site';
import { realEnvironment } from '../../src/report/environment';
import { composeReport, computeStudy } from '../../src/report/report';
import { parseStudy } from '../../src/report/study';
import { project } from '../support/command';
import { visit } from '../support/page';

const folder = mkdtempSync(path.join(project, 'notebooks', '.test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function notebook(place: string, ...sources: (string | { markdown: string })[]): string {
  writeFileSync(place, notebookText(sources));
  return place;
}

const study = `title: The same
authors: [Whylight]
data: one drawn scene
page: a4
figures:
  - id: wolf
    kind: saliency
    shows: A wolf in snow
    photo: { scene: single, kind: wolf, background: snow, seed: 3 }
    network: scenes-fair
    target: wolf
`;

test('a notebook’s figure is the report’s, point by point', async () => {
  const environment = realEnvironment();
  const parsed = parseStudy(study, 'same.yaml');
  const options = { environment, command: 'test', photoFolders: [], mapCache: null };
  const html = composeReport(parsed, await computeStudy(parsed, options), options);
  const embedded = /<script type="application\/json" id="figures">([\s\S]*?)<\/script>/.exec(html)![1]!;
  const printed = JSON.parse(embedded).wolf as { data: Record<string, unknown>[] };

  const file = notebook(
    path.join(folder, 'same.ipynb'),
    "import { display, drawScene, loadNetwork, methodPanel, saliency, singleScene } from 'whylight';",
    "const photo = drawScene(singleScene('wolf', { background: 'snow', seed: 3 })).image;\nconst network = await loadNetwork('scenes-fair');\ndisplay(methodPanel([await saliency(network, photo, { target: 'wolf' })]));",
  );
  await executeNotebook(file, { ipynb: path.join(folder, 'out.ipynb'), html: path.join(folder, 'out.html') });
  const cells = JSON.parse(readFileSync(path.join(folder, 'out.ipynb'), 'utf8')).cells;
  const shown = cells[1].outputs[0].data['application/vnd.plotly.v1+json'] as typeof printed;
  const map = (figure: typeof printed) => figure.data.find(({ type }) => type === 'heatmap')!;
  expect(map(shown).z).toEqual(map(printed).z);
  expect(map(shown)).toMatchObject({
    zmin: map(printed).zmin,
    zmax: map(printed).zmax,
    colorscale: map(printed).colorscale,
  });
});

test('a course becomes pages with an index, readable on a phone, with nothing from outside', async () => {
  const [lessons, out] = [path.join(folder, 'lessons'), path.join(folder, 'site')];
  for (const place of [lessons, out]) mkdirSync(place);
  notebook(
    path.join(lessons, '01-first.ipynb'),
    { markdown: '# 1. The first <lesson>\n\nAbout $x^2$ and *dogs*.\n' },
    "import { display, drawScene, onWhite } from 'whylight';\ndisplay(drawScene(onWhite('dog', { seed: 1, width: 96, height: 96 })).image);",
  );
  notebook(path.join(lessons, '02-second.ipynb'), { markdown: '# 2. The second\n\nWithout code.\n' }, 'const one = 1;');
  const index = await buildSite(lessons, out);
  for (const width of [390, 1280]) {
    await visit(
      index,
      async ({ page, errors, requests }) => {
        expect(
          await page.$$eval('li a', (links) => links.map((link) => [link.textContent, link.getAttribute('href')])),
        ).toEqual([
          ['1. The first <lesson>', '01-first.html'],
          ['2. The second', '02-second.html'],
        ]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(
          0,
        );
        expect(requests).toEqual([]);
        await Promise.all([page.waitForNavigation(), page.click('li a')]);
        await page.waitForSelector('.js-plotly-plot .main-svg');
        expect(await page.$$eval('.katex', (found) => found.length)).toBeGreaterThan(0);
        expect(errors).toEqual([]);
      },
      { width },
    );
  }
});
