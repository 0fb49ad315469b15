import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { printDocument } from '../../src/page/print';
import { composeReport, computeStudy } from '../../src/report/report';
import { parseStudy } from '../../src/report/study';
import { hostileLine, hostileTexts } from '../support/hostile-text';
import { visit } from '../support/page';
import { fixedEnvironment } from '../support/report';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-hostile-text-'));
const file = path.join(folder, 'paper.html');
const photo = `<img src=x onerror="window.pwned='name'"> ' &quot;.png`;
afterAll(() => rmSync(folder, { recursive: true }));

let html = '';
beforeAll(async () => {
  const pixels = Buffer.alloc(128 * 128 * 3, 90);
  const exif = { IFD0: { ImageDescription: hostileLine, Artist: hostileLine, Copyright: hostileLine } };
  const picture = sharp(pixels, { raw: { width: 128, height: 128, channels: 3 } }).withExif(exif);
  await picture.png().toFile(path.join(folder, photo));
  const project = path.resolve(__dirname, '../../networks');
  copyFileSync(path.join(project, 'scenes-fair.safetensors'), path.join(folder, 'scenes-fair.safetensors'));
  const card = {
    title: hostileLine,
    architecture: 'tiny-resnet',
    weights: {
      file: 'scenes-fair.safetensors',
      sha256: 'a019b4a068ffa527571148998c92b9e32bd8484e85b56d30c6e667ff1e764e41',
      url: null,
    },
    preprocessing: { resize: 128, crop: [128, 128], mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
    output: 'softmax',
    classes: [hostileTexts[0], hostileLine],
    source: hostileLine,
  };
  const place = path.join(folder, 'hostile.yaml');
  writeFileSync(place, stringify({ ...card, output: 'sigmoid' }));
  const common = { photo: { file: photo }, network: place };
  const study = {
    title: hostileLine,
    authors: [...hostileTexts],
    data: hostileLine,
    figures: [
      { id: 'map', kind: 'saliency', shows: hostileLine, ...common },
      { id: 'hidden', kind: 'occlusion', shows: hostileTexts[1], occluders: [{ size: 64, stride: 64 }], ...common },
      { id: 'answers', kind: 'classes', shows: hostileTexts[4], targets: [hostileTexts[0], hostileLine], ...common },
    ],
  };
  const parsed = parseStudy(stringify(study), path.join(folder, 'study.yaml'));
  const options = {
    environment: { ...fixedEnvironment, machine: hostileLine, versions: { [hostileTexts[1]]: hostileLine } },
    command: `whylight report ${hostileLine}`,
    photoFolders: [folder],
    mapCache: null,
    mirror: null,
  };
  html = composeReport(parsed, await computeStudy(parsed, options), options);
  writeFileSync(file, html);
});

test('what a study, a card, labels, EXIF and file names say stays text in the page, whose policy names each script', async () => {
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)!;
  expect(policy).toMatch(/script-src( 'sha256-[\w+/=]{44}'){3};/);
  expect(policy).not.toMatch(/script-src[^;]*unsafe/);
  await visit(file, async ({ page, errors, requests }) => {
    await page.waitForFunction('window.whylightReady === true');
    for (const plot of await page.$$('.plot')) {
      await plot.scrollIntoView();
      await plot.hover();
    }
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(await page.$$eval('.main-svg', (all) => all.length)).toBeGreaterThan(2);
    expect(await page.$eval('h1', (title) => title.textContent)).toContain('<img src=x onerror=');
    expect(
      await page.$$eval('main a', (links) => links.filter(({ href }) => href.startsWith('javascript')).length),
    ).toBe(0);
    expect({ errors, requests }).toEqual({ errors: [], requests: [] });
  });
});

test('the page that is printed runs none of it, asks for nothing and prints', async () => {
  expect((await printDocument(html, 'a4', new Date(0))).pdf.length).toBeGreaterThan(10_000);
});

test('a script that gets into the page in spite of all does not run', async () => {
  // A comment would swallow the page's own scripts.
  const live = hostileTexts.filter((text) => !text.startsWith('<!--'));
  const broken = path.join(folder, 'broken.html');
  writeFileSync(
    broken,
    html.replace('</main>', () => `${live.map((text) => `<p>${text}</p>`).join('')}</main>`),
  );
  await visit(broken, async ({ page, errors, requests }) => {
    await page.waitForFunction('window.whylightReady === true');
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(errors.join('\n')).toMatch(/violates the following Content Security Policy directive/);
    expect(requests.filter((url) => !url.startsWith('file:'))).toEqual([]);
  });
});
