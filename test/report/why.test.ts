import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { why } from '../../src/analyses/why';
import type { WhyNumbers } from '../../src/analyses/why-numbers';
import { figureKind } from '../../src/report/figures/index';
import { networkNames } from '../../src/report/network-names';
import { computeStudy } from '../../src/report/report';
import { parseStudy } from '../../src/report/study';
import { proseText } from '../support/prose';
import { fixedEnvironment } from '../support/report';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-why-figure-'));
afterAll(() => rmSync(folder, { recursive: true }));

const study = parseStudy(
  `title: Why
authors: [Author]
data: a drawn scene
networks:
  fair: { card: scenes-fair, called: the fair classifier }
figures:
  - id: why-wolf
    kind: why
    shows: a wolf in snow
    photo: { scene: single, kind: wolf, background: snow, seed: 3 }
    network: fair
    quick: true
`,
  'why.yaml',
);

it('the paper says of a photo what a notebook says, computed and from the cache', async () => {
  const ways: string[] = [];
  const papers = [];
  for (const mapCache of [folder, folder, null]) {
    const { networks, figures } = await computeStudy(study, {
      environment: fixedEnvironment,
      command: 'whylight report',
      photoFolders: [],
      mapCache,
      onResult: ({ how, what }) => {
        if (what.startsWith('why')) ways.push(how);
      },
    });
    const [result] = figures;
    const kind = figureKind('why');
    const names = networkNames(study, networks);
    papers.push({ text: proseText(kind.sentences(result!, names)), plot: kind.plot(result!, names), result: result! });
  }
  const [first, ...others] = papers as [(typeof papers)[number], ...typeof papers];
  for (const { text, plot } of others) expect({ text, plot }).toEqual({ text: first.text, plot: first.plot });
  expect(ways.slice(0, 2)).toEqual(['computed', 'cached']);
  const { photo, networks, extras } = first.result;
  const cell = await why(networks[0]!, photo, { quick: true });
  expect(extras as WhyNumbers).toEqual(JSON.parse(JSON.stringify(cell.numbers)));
  // But for the first sentence, in which the paper has its own name for the network.
  for (const { text } of [...cell.concluded.slice(1), ...cell.open]) expect(first.text).toContain(text);
  expect(first.text).toContain('The fair classifier says wolf with');
});
