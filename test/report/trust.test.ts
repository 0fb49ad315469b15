import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { composeReport, computeStudy, type ReportOptions } from '../../src/report/report';
import { parseStudy } from '../../src/report/study';
import { fixedEnvironment, smallStudy, wordsOf } from '../support/report';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-trust-'));
afterAll(() => rmSync(folder, { recursive: true }));

const trust = `${smallStudy}trust:
  networks: [scenes-fair]
  scenes: 6
  methods: [saliency, guided-backpropagation, cam]
  measures: [relevance-mass, redrawn-share]
`;

it('the paper says which maps can be believed, with the numbers that were measured, computed and from the cache', async () => {
  const study = parseStudy(trust, 'trust.yaml');
  const ways: string[] = [];
  const options: ReportOptions = {
    environment: fixedEnvironment,
    command: 'whylight report',
    photoFolders: [],
    mapCache: folder,
    mirror: null,
    onResult: ({ what, how }) => {
      if (what.startsWith('trust')) ways.push(how);
    },
  };
  const pages = [];
  for (let i = 0; i < 2; i++) {
    const results = await computeStudy(study, options);
    pages.push({ results, html: composeReport(study, results, options) });
  }
  const [first, second] = pages as [(typeof pages)[number], (typeof pages)[number]];
  expect(ways).toEqual(['computed', 'cached']);
  expect(second.html).toBe(first.html);
  const words = wordsOf(first.html);
  expect(words).toContain('Which of these maps can be believed?');
  expect(words).toMatch(
    /No map is first by every one of the 2 measures of|it is not called the best, for it was not measured/,
  );
  // What each measure rewards beside the truth stands beside its name.
  expect(words).toContain('takes the object for what decides');
  const [{ summary }] = first.results.trust as [(typeof first.results.trust)[number]];
  const saliency = summary.cells.find(({ map, measure }) => map === 'saliency' && measure === 'relevance-mass')!;
  expect(first.html).toContain(saliency.estimate!.value.toFixed(2));
  expect(saliency.estimate!.count).toBe(6);
});

it('a study without it has no such section, and a network without drawn animals is refused', async () => {
  const options: ReportOptions = {
    environment: fixedEnvironment,
    command: '',
    photoFolders: [],
    mapCache: null,
    mirror: null,
  };
  const plain = parseStudy(smallStudy, 'plain.yaml');
  const results = await computeStudy(plain, options);
  expect(results.trust).toEqual([]);
  expect(wordsOf(composeReport(plain, results, options))).not.toContain('Which of these maps');
  expect(() => parseStudy(trust.replace('redrawn-share', 'redrawn-sharp'), 'trust.yaml')).toThrow('redrawn-sharp');
});
