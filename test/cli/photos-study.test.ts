import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildArchitecture } from '../../src/explain/network/architectures';
import { randomParameters } from '../../src/explain/network/random-parameters';
import { encodeSafetensors } from '../../src/explain/network/weights/safetensors';
import { readStudy } from '../../src/report/study';
import { drawScene } from '../../src/scenes/scene';
import { singleScene } from '../../src/scenes/study-scenes';
import { project, whylight } from '../support/command';
import { FileServer } from '../support/file-server';
import { openPdf, overfull, pdfText } from '../support/pdf';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-photos-'));
const at = (...parts: string[]) => path.join(folder, ...parts);
const env = { WHYLIGHT_CACHE: at('cache'), WHYLIGHT_MIRROR: '' };
const servers: FileServer[] = [];

/** Serves bytes as their publisher would: the address and the hash that a card names. */
async function publish(name: string, content: Uint8Array) {
  const server = new FileServer();
  server.content = content;
  await server.open();
  servers.push(server);
  return { file: name, sha256: createHash('sha256').update(content).digest('hex'), url: server.url(name) };
}

/** The project's card of a network, with seeded weights in the place of the published ones. */
async function seededCard(name: string, classes: object) {
  const published = readFileSync(path.join(project, 'networks', `${name}.yaml`), 'utf8');
  const { graph } = buildArchitecture(name, 1000, [224, 224, 3]);
  const weights = await publish(`${name}.safetensors`, encodeSafetensors(randomParameters(graph, [224, 224, 3], 1)));
  const card = at(`${name}.yaml`);
  const text = published
    .replace(/^weights:\n(?: {2}.*\n)+/m, `weights: ${JSON.stringify(weights)}\n`)
    .replace(/^classes: .*$/m, `classes: ${JSON.stringify(classes)}`);
  writeFileSync(card, text);
  return card;
}

/** The photos that the study asks for, drawn. */
async function drawPhotos() {
  mkdirSync(at('photos'));
  for (const [i, file] of Object.values(readStudy('photos').photos).entries()) {
    const scene = singleScene(i % 2 === 0 ? 'dog' : 'wolf', { seed: i });
    const { pixels, width, height } = drawScene({ ...scene, width: 240, height: 300 }).image;
    await sharp(pixels, { raw: { width, height, channels: 3 } })
      .jpeg()
      .toFile(at('photos', file));
  }
}

beforeAll(drawPhotos);
afterAll(async () => {
  for (const server of servers) await server.close();
  rmSync(folder, { recursive: true });
});

const report = (...more: string[]) =>
  whylight(['report', '--study', 'photos', '--photos', at('photos'), '--out', at('out'), ...more], { env });

describe('whylight report --study photos', () => {
  it('asks for the publishers’ ResNet-50 and ResNet-18, and says how to hand them over', async () => {
    const { networks } = readStudy('photos');
    expect(networks).toMatchObject({ classifier: { card: 'dogs-vs-wolves' }, imagenet: { card: 'resnet18' } });
    const answer = await report('--offline');
    expect(answer.code).toBe(1);
    expect(answer.err).toContain(
      `resnet50-0676ba61.pth is not here, and downloads are off; it comes from https://download.pytorch.org/models/` +
        `resnet50-0676ba61.pth; hand it over with --mirror DIR (a folder that holds it) or put it into ${at('cache')}`,
    );
  });

  it('names every photo that is not there before it loads a network', async () => {
    const answer = await whylight(['report', '--study', 'photos', '--photos', at('none'), '--offline'], { env });
    expect(answer.code).toBe(1);
    expect(answer.err).toContain(`no photo ${Object.values(readStudy('photos').photos).join(', ')} in ${at('none')}, `);
  });

  it('downloads both, and makes the whole paper of a person’s photos', async () => {
    const labels = Array.from({ length: 1000 }, (_, i) => ({ 281: 'tabby', 309: 'bee' })[i] ?? `class ${i}`);
    const classes = await publish('classes.txt', Buffer.from(labels.join('\n')));
    const [resnet18, resnet50] = [await seededCard('resnet18', classes), await seededCard('resnet50', classes)];
    const few = [
      `networks.classifier.card=dogs-vs-wolves@${resnet50}`,
      `networks.smaller.card=dogs-vs-wolves@${resnet18}`,
      `networks.imagenet.card=${resnet18}`,
      'figures.3.occluders=[{ size: 96, stride: 64 }]',
      'figures.4.occluders=[{ size: 96, stride: 64 }]',
      'figures.10.occluder={ size: 96, stride: 64 }',
      'claims.scenes=4',
      'claims.background.scenes=8',
    ];
    const answer = await report(...few.flatMap((pair) => ['--set', pair]));
    expect(answer.code, answer.err).toBe(0);
    expect(servers.map(({ seen }) => seen.length)).toEqual([1, 1, 1]);
    const { figures, study } = JSON.parse(readFileSync(at('out', 'photos.json'), 'utf8'));
    expect(figures).toHaveLength(study.figures.length);
    const document = await openPdf(readFileSync(at('out', 'photos.pdf')));
    expect(await overfull(document)).toEqual([]);
    const text = await pdfText(document);
    for (let i = 1; i <= figures.length; i++) expect(text).toContain(`Fig. ${i}. `);
    // Other cards stand in the place of those of which the study says how they came about.
    expect(text).not.toMatch(/ResNet-50 as published for ImageNet/);
  });
});
