import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { sceneSpecs } from '../../src/scenes/dataset';
import { writeSceneDataset } from '../../src/scenes/write-dataset';

interface Source {
  readonly fileObject?: { readonly '@id': string };
  readonly fileSet?: { readonly '@id': string };
  readonly extract: { readonly column?: string; readonly fileProperty?: string };
}
interface Metadata {
  readonly [key: string]: unknown;
  readonly distribution: readonly (Record<string, string> & { '@id': string; '@type': string })[];
  readonly recordSet: readonly {
    readonly '@id': string;
    readonly key: { readonly '@id': string };
    readonly field: readonly {
      readonly '@id': string;
      readonly description: string;
      readonly dataType: string | readonly string[];
      readonly source: Source;
    }[];
  }[];
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-croissant-'));
const read = (name: string) => JSON.parse(readFileSync(path.join(folder, name, 'croissant.json'), 'utf8')) as Metadata;

beforeAll(async () => {
  const specs = [...sceneSpecs({ count: 4, seed: 3, width: 32, height: 32 })];
  await writeSceneDataset(path.join(folder, 'plain'), specs);
  await writeSceneDataset(path.join(folder, 'redrawn'), specs.slice(0, 2), { counterfactuals: true });
});

describe.each(['plain', 'redrawn'])('croissant.json of a %s set', (name) => {
  it('is a data set of Croissant 1.0 with a licence and the number of its scenes', () => {
    expect(read(name)).toMatchObject({
      '@type': 'sc:Dataset',
      conformsTo: 'http://mlcommons.org/croissant/1.0',
      license: 'https://spdx.org/licenses/MIT.html',
    });
    expect(read(name).description).toContain(`${name === 'plain' ? 4 : 2} drawn scenes of dog, wolf`);
  });

  it('lists every file once: by its bytes, or in a set of pictures', () => {
    const { distribution } = read(name);
    const patterns = distribution.flatMap(({ includes }) =>
      includes ? [new RegExp(`^${includes.replace(/\./g, '\\.').replaceAll('*', '[^/]+')}$`)] : [],
    );
    const objects = distribution.filter((one) => one['@type'] === 'cr:FileObject');
    for (const { contentUrl, sha256 } of objects) {
      const bytes = readFileSync(path.join(folder, name, contentUrl!));
      expect(createHash('sha256').update(bytes).digest('hex'), contentUrl).toBe(sha256);
    }
    const files = (readdirSync(path.join(folder, name), { recursive: true }) as string[])
      .map((file) => file.split(path.sep).join('/'))
      .filter((file) => path.extname(file) !== '' && file !== 'croissant.json');
    for (const file of files) {
      const hits = patterns.filter((one) => one.test(file)).length + Number(objects.some((o) => o.contentUrl === file));
      expect(hits, file).toBe(1);
    }
    expect(patterns.every((one) => files.some((file) => one.test(file)))).toBe(true);
  });

  it('describes every column of its tables, and names no source that is not there', () => {
    const { distribution, recordSet } = read(name);
    const ids = new Set(distribution.map((one) => one['@id']));
    for (const { field, key } of recordSet) {
      expect(field.map((one) => one['@id'])).toContain(key['@id']);
      for (const { source, description } of field) {
        expect(ids).toContain((source.fileObject ?? source.fileSet)!['@id']);
        expect(description).toMatch(/\w/);
      }
    }
    for (const table of ['scenes.csv', 'counterfactuals.csv']) {
      const records = recordSet.find(({ field }) => field[0]!.source.fileObject?.['@id'] === table);
      expect(records !== undefined).toBe(existsSync(path.join(folder, name, table)));
      if (!records) continue;
      const head = readFileSync(path.join(folder, name, table), 'utf8')
        .split('\n')[0]!
        .split(',');
      expect(records.field.map(({ source }) => source.extract.column)).toEqual(head);
    }
  });
});
