import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, project, whylight } from '../support/command';
import { describeWithMirror, mirror } from '../support/mirror';
import { openPdf, overfull, pdfTags, pdfText } from '../support/pdf';
import { smallStudy } from '../support/report';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

const study = path.join(folder, 'small.yaml');
writeFileSync(study, smallStudy);
const env = { WHYLIGHT_CACHE: path.join(folder, 'cache'), SOURCE_DATE_EPOCH: '1612325106' };
const report = (out: string, ...more: string[]) =>
  whylight(['report', '--study', study, '--out', path.join(folder, out), ...more], { env });
const bytes = (out: string, ending: string) => readFileSync(path.join(folder, out, `small.${ending}`));

describe('whylight report', () => {
  let first: Answer;
  let document: PDFDocumentProxy;
  beforeAll(async () => {
    first = await report('a');
    expect(first.code, first.err).toBe(0);
    document = await openPdf(bytes('a', 'pdf'));
  });

  it('writes PDF, HTML and numbers, and says where', () => {
    expect(readdirSync(path.join(folder, 'a')).sort()).toEqual(['small.html', 'small.json', 'small.pdf']);
    expect(first.out.trim().split('\n')).toEqual(
      ['pdf', 'html', 'json'].map((end) => path.join(folder, 'a', `small.${end}`)),
    );
    expect(first.err).toMatch(/^saliency of scene-3 \(scenes-fair\): computed \d+\.\d s$/m);
  });

  it('gives the same bytes in another process, computed anew or cached', async () => {
    const cached = await report('b');
    expect(cached.err).toMatch(/^occlusion of scene-3 \(scenes-fair\): cached$/m);
    const anew = await report('c', '--no-cache');
    expect(anew.err).toMatch(/^occlusion of scene-3 \(scenes-fair\): computed/m);
    for (const ending of ['pdf', 'html']) {
      expect(bytes('b', ending).equals(bytes('a', ending)), ending).toBe(true);
      expect(
        bytes('c', ending)
          .toString('latin1')
          .replace(/ --no-cache/g, '') === bytes('a', ending).toString('latin1'),
        ending,
      ).toBe(true);
    }
  });

  it('is tagged, titled, dated, in English, with bookmarks', async () => {
    const { info } = await document.getMetadata();
    expect(info).toMatchObject({ Title: 'A small study', Language: 'en', CreationDate: "D:20210203040506+00'00'" });
    expect(await document.getMarkInfo()).toMatchObject({ Marked: true });
    const [title] = await document.getOutline();
    expect(title?.title).toBe('A small study');
    expect(title?.items.map((item) => item.title)).toEqual([
      'I. Introduction',
      'II. Methods',
      'III. Networks and data',
      'IV. Results',
      'V. Discussion',
      'References',
      'Reproducibility',
    ]);
    const tags = await pdfTags(document);
    const roles = new Set(tags.map(({ role }) => role));
    for (const role of ['H1', 'H2', 'H3', 'P', 'Figure', 'Table', 'TH', 'TD', 'LI', 'Link'])
      expect([...roles]).toContain(role);
  });

  it('describes every figure to those who cannot see it, above its numbered caption', async () => {
    // Every one: a picture inside a figure would be a figure without words.
    const figures = (await pdfTags(document)).filter(({ role }) => role === 'Figure');
    expect(figures.map(({ alt }) => alt)).toEqual([
      expect.stringMatching(/^Saliency map for wolf on scene-3\. Half of the map’s positive mass lies in/),
      expect.stringMatching(/^P\(wolf\) for each position of a 32×32\spx occluder/),
    ]);
    expect(await overfull(document)).toEqual([]);
    const text = await pdfText(document);
    expect(text).toMatch(/Fig\. 1\. A wolf in snow: .*Fig\. 2\. The wolf again: /);
  });

  it('embeds every font and draws figures as vectors with text', async () => {
    const raw = bytes('a', 'pdf').toString('latin1');
    const fonts = raw.match(/\/FontDescriptor\b/g)?.length ?? 0;
    expect(fonts).toBeGreaterThan(3);
    expect(raw.match(/\/FontFile[23]?\b/g)?.length).toBe(raw.match(/\/Type \/FontDescriptor\b/g)?.length);
    // None of the machine's own fonts, which another machine may lack.
    const names = [...raw.matchAll(/\/FontName \/\w+\+([\w-]+)/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => !/^(?:STIXTwoText|KaTeX_)/.test(name!))).toEqual([]);
    expect(await pdfText(document)).toContain('32×32 px');
  });

  it('prints on letter, and the provenance shows what was overridden', async () => {
    const long = 'Another title that is long enough to be broken into two lines of the page';
    const answer = await report('letter', '--set', 'page=letter', '--set', `title=${long}`);
    expect(answer.code, answer.err).toBe(0);
    const { command } = JSON.parse(bytes('letter', 'json').toString());
    expect(command).toBe(`whylight report --study small.yaml --set page=letter --set "title=${long}"`);
    const printed = await openPdf(bytes('letter', 'pdf'));
    expect((await printed.getPage(1)).view).toEqual([0, 0, 612, 792]);
    expect(await overfull(printed)).toEqual([]);
    const text = await pdfText(printed);
    expect(text).toContain(`--set page=letter --set "title=${long}"`);
    expect(((await printed.getMetadata()).info as { Title: string }).Title).toBe(long);
    expect((await printed.getOutline())[0]?.title).toBe(long);
  });

  it('shows letters that the embedded fonts lack in a font of the study, or says which they are', async () => {
    const title = ['--set', 'title=Wolves ≨ dogs'];
    const refused = await report('letters', ...title);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/^whylight: no font of the paper has ≨ \(U\+2268\); give the study a font/m);
    const font = path.join(project, 'node_modules/katex/dist/fonts/KaTeX_AMS-Regular.ttf');
    const answer = await report('letters', ...title, '--set', `fonts=[${font}]`);
    expect(answer.code, answer.err).toBe(0);
    expect(bytes('letters', 'pdf').toString('latin1')).toMatch(/\/FontName \/\w+\+KaTeX_AMS/);
    expect(await pdfText(await openPdf(bytes('letters', 'pdf')))).toMatch(
      /Wolves ≨ dogs.*KaTeX_AMS-Regular\.ttf \(font\)/,
    );
  });

  it('says in its help what it does when nothing is asked for, without a folder of this machine', async () => {
    const { out } = await whylight(['report', '--help']);
    expect(out).toMatch(/--out <dir> +folder for the files \(default: reports\/out in the\s+project\)/);
    expect(out).toMatch(/--debug +show the stack of an error/);
    expect(out).not.toContain(project);
  });

  it('takes its look from a folder, and says in the provenance that it did', async () => {
    const own = path.join(folder, 'look');
    mkdirSync(own);
    writeFileSync(path.join(own, 'section.hbs'), '<section class="{{name}}"><h2>Part {{title}}</h2>{{body}}</section>');
    const answer = await report('look-out', '--template', own);
    expect(answer.code, answer.err).toBe(0);
    const text = await pdfText(await openPdf(bytes('look-out', 'pdf')));
    expect(text).toMatch(/Part I\. Introduction/i);
    expect(text).toContain('--study small.yaml --template look');
    writeFileSync(path.join(own, 'paper.html'), '');
    const refused = await report('refused', '--template', own);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/^whylight: unknown template: .*paper\.html \(allowed: paper\.hbs, section\.hbs/m);
  });

  it('tells what it dropped with the card that it was said of', async () => {
    const named = path.join(folder, 'named.yaml');
    writeFileSync(
      named,
      `${smallStudy.replaceAll('network: scenes-fair', 'network: ours')}networks: { ours: { card: scenes-fair, about: never trained } }\n`,
    );
    const args = [
      'report',
      '--study',
      named,
      '--json',
      '--section',
      'networks',
      '--set',
      'networks.ours.card=scenes-biased',
    ];
    const answer = await whylight(args, { env });
    expect(answer.code, answer.err).toBe(0);
    expect(answer.err).toMatch(/^networks\.ours: scenes-biased in the place of scenes-fair, .* says about: dropped/m);
    expect(JSON.parse(answer.out).study.networks.ours).toEqual({ card: 'scenes-biased' });
  });

  it('prints the numbers alone with --json, and makes only the sections asked for', async () => {
    const answer = await report('none', '--json', '--section', 'results');
    expect(answer.code, answer.err).toBe(0);
    const numbers = JSON.parse(answer.out);
    expect(numbers.figures.map(({ id }: { id: string }) => id)).toEqual(['wolf', 'occluded']);
    expect(numbers.command).toBe('whylight report --study small.yaml --section results');
    expect(existsSync(path.join(folder, 'none'))).toBe(false);
    // None of the system's openers is on this path.
    const some = await whylight(
      [
        'report',
        '--study',
        study,
        '--out',
        path.join(folder, 'some'),
        '--section',
        'results,reproducibility',
        '--open',
      ],
      { env: { ...env, PATH: folder } },
    );
    expect(some.code, some.err).toBe(0);
    expect(some.err).toContain(`cannot open ${path.join(folder, 'some', 'small.pdf')}: there is no `);
    const [title] = await (await openPdf(bytes('some', 'pdf'))).getOutline();
    expect(title?.items.map((item) => item.title)).toEqual(['I. Results', 'Reproducibility']);
  });

  it.each([
    [
      'an unknown section',
      ['--section', 'result'],
      /unknown section: result \(allowed: introduction, .*reproducibility\)/,
    ],
    [
      'an unknown study',
      ['--study', 'wolves'],
      /^whylight: no such study: wolves \(allowed: scenes, photos, or a YAML file\)$/m,
    ],
    ['an unknown network', ['--set', 'figures.0.network=scenes-unfair'], /scenes-unfair/],
    ['an unknown class', ['--set', 'figures.1.target=wolfe'], /unknown class: wolfe \(this network has: dog, wolf\)/],
    ['a photo that is not there', ['--set', 'figures.0.photo={file: gone.jpg}'], /no photo gone\.jpg/],
  ])('ends with one line and code 1 on %s', async (_, args, message) => {
    const out = path.join(folder, 'broken');
    const answer = await whylight(['report', '--study', study, '--out', out, ...args], { env });
    expect(answer.code).toBe(1);
    expect(answer.err).toMatch(message);
    expect(existsSync(out) ? readdirSync(out) : []).toEqual([]);
  });
});

describeWithMirror('whylight report on the mirror’s photos', () => {
  it('makes the whole photos study', async () => {
    const out = path.join(folder, 'photos');
    // Every figure, and the claims on few scenes and photos.
    const photos = ['n02206856_bee', 'n02219486_ant'].map((name) => `photos/canines-and-insects/${name}.JPEG`);
    const few = [
      '--set',
      'claims.scenes=4',
      '--set',
      'claims.background.scenes=8',
      '--set',
      `claims.photos.files=[${photos.join(', ')}]`,
    ];
    const answer = await whylight(
      [
        'report',
        '--study',
        'test/support/photos-of-mirror.yaml',
        '--mirror',
        mirror!,
        '--offline',
        '--out',
        out,
        ...few,
      ],
      { env },
    );
    expect(answer.code, answer.err).toBe(0);
    const numbers = JSON.parse(readFileSync(path.join(out, 'photos-of-mirror.json'), 'utf8'));
    const printed = await openPdf(readFileSync(path.join(out, 'photos-of-mirror.pdf')));
    expect(await overfull(printed)).toEqual([]);
    const text = await pdfText(printed);
    for (let i = 1; i <= numbers.figures.length; i++) expect(text).toContain(`Fig. ${i}. `);
    // Every claim has its section, its figure and its row with an interval.
    for (let claim = 1; claim <= 6; claim++) {
      expect(text).toMatch(new RegExp(`C${claim}\\. [A-Z]`));
      expect(text).toMatch(new RegExp(`Fig\\. \\d+\\. C${claim}: `));
      expect(text).toMatch(
        new RegExp(`C${claim} [^>]*> [\\d.]+(?: pp)?(?: −?[\\d.]+){3} \\d+(?: photos)? (?:holds|fails|open|yes|no)`),
      );
    }
    for (const { classes } of numbers.figures) {
      const { probability } = classes[0].best[0];
      if (probability > 0.1 && probability < 0.99) expect(text).toContain(`${(100 * probability).toFixed(1)} %`);
    }
    for (const { maps } of numbers.figures) {
      for (const { photo } of maps) expect(text).toContain(photo.sha256.slice(0, 12));
    }
    expect(numbers.claims.C1.result.photos.pairs).toHaveLength(numbers.study.claims.photos.files.length);
  });
});
