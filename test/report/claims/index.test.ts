import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Network } from '../../../src/explain/network/network';
import { estimateShare } from '../../../src/explain/statistics/estimate';
import { type Claim, type ClaimsSettings, defineClaim } from '../../../src/report/claims/claim';
import {
  addClaim,
  claimExamples,
  claimPhotos,
  claims,
  claimsSchema,
  measuredBy,
  withPhotoNames,
} from '../../../src/report/claims/index';
import { claimNumbers, measureClaims } from '../../../src/report/claims/measure';
import { claimsReport } from '../../../src/report/claims/report';
import { difference } from '../../../src/report/claims/verdict';
import { network } from '../../support/claims';
import { blockText, proseText } from '../../support/prose';

const base = { network: 'net', scenes: 8, seed: 1 };
const parse = (more: object) => claimsSchema().parse({ ...base, ...more });
const ids = (settings: ClaimsSettings) => measuredBy(settings).map(({ id }) => id);
const photos = { network: 'imagenet', files: ['one', 'two'] };
const background = { networks: ['fair', 'biased'], scenes: 8 };

describe('which claims a study measures', () => {
  it('are all for which it says what they need, or those that it names', () => {
    expect(ids(parse({}))).toEqual(['C1', 'C3', 'C4', 'C5']);
    expect(ids(parse({ background, pooling: { network: 'a', trainings: 'poolings' } }))).toEqual([
      'C1',
      'C2',
      'C3',
      'C4',
      'C5',
      'C6',
    ]);
    expect(ids(parse({ background, only: ['C4', 'C2'] }))).toEqual(['C2', 'C4']);
  });

  it('are refused where they are unknown or lack what they need', () => {
    const issue = (more: object) => claimsSchema().safeParse({ ...base, ...more }).error!.issues[0]!;
    expect(issue({ only: ['C9'] })).toMatchObject({ code: 'invalid_value', path: ['only', 0] });
    expect(issue({ only: ['C1', 'C6'] })).toMatchObject({ path: ['only'], message: 'C6 needs claims.pooling' });
    expect(issue({ backgrounds: background })).toMatchObject({ code: 'unrecognized_keys', keys: ['backgrounds'] });
  });

  it('name the photos that they need, unless they are left out', () => {
    const named = withPhotoNames(parse({ photos }), (file) => `${file}.jpg`);
    expect(claimPhotos(named)).toEqual(['one.jpg', 'two.jpg']);
    expect(claimPhotos(parse({ photos, only: ['C4'] }))).toEqual([]);
  });

  it('show a new study their keys', () => {
    for (const key of ['photos', 'background', 'pooling']) expect(claimExamples()).toContain(`${key}: {`);
  });
});

/** What the recipe in CONTRIBUTING.md asks for: one file and one line of the list. */
const keys = { parity: z.strictObject({ networks: z.array(z.string()).min(1) }).optional() };
const parity = defineClaim<typeof keys, { readonly even: number }>({
  role: 'claim',
  id: 'C7',
  title: 'Half of the numbers are even',
  introduction: null,
  keys,
  example: '  # parity: { networks: [scenes-fair] }',
  networks: ({ parity }) => parity?.networks ?? [],
  measure: async ({ parity, scenes }, { network, measure }) => {
    const networks: Network[] = [];
    for (const name of parity!.networks) networks.push(await network(name));
    return measure({ name: 'C7', detail: `on ${scenes} numbers`, networks, options: { scenes } }, async () => ({
      even: Math.ceil(scenes / 2),
    }));
  },
  subjects: ({ result, settings }) => [
    { findings: [difference('even numbers', estimateShare(result.even, settings.scenes))] },
  ],
  figure: () => null,
  section: ({ result, networks }) => [[`${networks[0]!.title} counts ${result.even} even numbers.`]],
  abstract: () => null,
  discussion: ({ result }) => [`There are ${result.even}.`],
  sample: ({ settings }) => `${settings.scenes} numbers`,
});

describe('a claim of one’s own', () => {
  afterEach(() => {
    const list = claims() as Claim[];
    if (list.at(-1) === parity) list.pop();
  });

  it('is one description: schema, measurement, section, table and numbers follow', async () => {
    expect(() => parse({ parity: { networks: ['net'] } })).toThrow(/parity/);
    addClaim(parity);
    expect(() => addClaim(parity)).toThrow('there is a claim C7 already');
    const count = claims().length;
    addClaim({ ...parity, title: 'Half of them' }, true);
    addClaim(parity, true);
    expect([claims().length, claims().at(-1)!.title]).toEqual([count, parity.title]);
    const settings = parse({ parity: { networks: ['net'] }, only: ['C7'] });
    const measured = await measureClaims(settings, {
      network: async () => network,
      photo: () => Promise.reject(new Error('no photo is asked for')),
      measure: (_, compute) => compute(),
    });
    const report = claimsReport(measured, new Map());
    expect(blockText(report.section)).toMatch(/C7\|even numbers\|> 2 pp\|50\.0\|[\d.]+\|[\d.]+\|8\|holds/);
    expect(blockText(report.section)).toContain('C7 Half of the numbers are even\nthe net counts 4 even numbers.');
    expect(report.reproducibility.map(proseText)).toEqual(['C7 is measured on 8 numbers, seed 1.']);
    expect(report.networks).toEqual([network]);
    const { C7 } = claimNumbers(measured, new Map());
    expect(C7).toMatchObject({ networks: ['net'], seed: 1, details: [], result: { even: 4 } });
    expect(C7!.subjects).toMatchObject([
      {
        verdict: 'holds',
        findings: [{ measure: 'even numbers', above: 0.02, verdict: 'holds', estimate: { value: 0.5 } }],
      },
    ]);
  });

  it('is refused where its id or a key of it is taken', () => {
    expect(() => addClaim({ ...parity, id: 'C3' })).toThrow('there is a claim C3 already');
    expect(() => addClaim({ ...parity, keys: { scenes: z.int() } })).toThrow(
      'claim C7 needs the key scenes, which is taken',
    );
  });
});
