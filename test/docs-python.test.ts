import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeNpy } from '../src/explain/npy';
import { project, whylight } from './support/command';

/** The set-up's Python, or the one in `WHYLIGHT_PYTHON`. */
const python = process.env.WHYLIGHT_PYTHON ?? path.join(project, '.venv/bin/python');
const imports = (modules: string) => spawnSync(python, ['-c', `import ${modules}`]).status === 0;
const scripts = path.join(project, 'docs/python');

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-python-'));
const set = path.join(folder, 'set');
const plain = path.join(folder, 'plain');
const answers = path.join(folder, 'answers.json');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: readonly string[]): Promise<{ readonly code: number | null; readonly out: string }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONPATH: scripts, OMP_NUM_THREADS: '1' };
    const child = spawn(python, args, { env });
    let out = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        out += text;
      });
    child.once('error', reject).once('close', (code) => resolve({ code, out }));
  });
}

/** Says of each scene what the reader gives, as JSON. */
const telling = `
import json, sys
from whylight_scenes import read_scenes
print(json.dumps([{
    'name': scene.name, 'label': scene.label, 'kinds': scene.kinds, 'shape': scene.image().shape,
    'type': str(scene.image().dtype), 'areas': [int(mask.sum()) for mask in scene.masks()],
    'object': int(scene.object_mask().sum()), 'objects': len(scene.spec['objects']), 'changes': sorted(scene.changes),
    'parts': [{part: int(mask.sum()) for part, mask in parts.items()} for parts in scene.parts()],
    'drawn': {name: scene.counterfactual(name).tolist() == scene.image().tolist() for name in scene.changes},
} for scene in read_scenes(sys.argv[1])]))
`;

const draw = (out: string, ...more: readonly string[]) =>
  whylight(['scenes', '--count', '2', '--seed', '11', '--leaks', 'none', '--out', out, ...more]);

describe.skipIf(!imports('numpy, PIL'))('the reader of drawn scenes (skipped without numpy and Pillow)', () => {
  beforeAll(async () => {
    const written = await Promise.all([draw(set, '--counterfactuals', '--size', '96'), draw(plain, '--size', '64')]);
    expect(written.map(({ code }) => code)).toEqual([0, 0]);
  });

  it('gives labels, pictures, masks, parts and counterfactuals as the tables have them', async () => {
    const { code, out } = await run('-c', telling, set);
    expect(code, out).toBe(0);
    const scenes = JSON.parse(out);
    const [head, ...lines] = readFileSync(path.join(set, 'scenes.csv'), 'utf8').trim().split('\n');
    const columns = head!.split(',');
    expect(scenes).toHaveLength(lines.length);
    for (const [i, scene] of scenes.entries()) {
      const row = Object.fromEntries(lines[i]!.split(',').map((cell, k) => [columns[k], cell]));
      const kinds = row.objects!.split(';');
      const areas = row.areas!.split(';').map(Number);
      expect(scene).toMatchObject({ name: `000${i}`, label: row.label, kinds, areas, objects: kinds.length });
      expect([scene.shape, scene.type]).toEqual([[96, 96, 3], 'uint8']);
      const animal = kinds.indexOf(row.label!);
      expect(scene.object).toBe(areas[animal]);
      const parts = Object.entries<number>(scene.parts[animal]);
      expect(parts.map(([part]) => part)).toContain('muzzle');
      expect(parts.reduce((sum, [, area]) => sum + area, 0)).toBe(areas[animal]);
      expect(scene.parts.filter((_: unknown, k: number) => k !== animal)).toEqual(kinds.slice(1).map(() => ({})));
      const pictures = readdirSync(path.join(set, 'counterfactuals', scene.name));
      expect(scene.changes).toEqual(pictures.map((file) => path.parse(file).name).sort());
      expect([scene.drawn.empty, scene.drawn[`without-${animal}`]]).toEqual([false, false]);
    }
  });

  it('reads a set without parts and counterfactuals', async () => {
    const { code, out } = await run('-c', telling, plain);
    expect(code, out).toBe(0);
    for (const scene of JSON.parse(out)) {
      expect(scene).toMatchObject({ shape: [64, 64, 3], changes: [], drawn: {} });
      expect(scene.parts).toEqual(scene.kinds.map(() => ({})));
      expect(scene.object).toBeGreaterThan(0);
    }
  });

  it('refuses a picture of other pixels than its table says', async () => {
    const altered = path.join(folder, 'altered');
    cpSync(plain, altered, { recursive: true });
    const table = path.join(altered, 'scenes.csv');
    writeFileSync(table, readFileSync(table, 'utf8').replace(/[0-9a-f]{64}\n/, `${'0'.repeat(64)}\n`));
    const { code, out } = await run('-c', telling, altered);
    expect([code, out]).toEqual([1, expect.stringContaining('0000.png: other pixels than its table says')]);
  });
});

describe.skipIf(!imports('numpy, PIL, torch, captum'))('maps by Captum (skipped without torch and captum)', () => {
  const script = path.join(scripts, 'captum_maps.py');
  const out = path.join(folder, 'maps');
  const ours = path.join(folder, 'ours');
  const twins = {
    'captum-saliency': 'saliency',
    'captum-integrated-gradients': 'integrated-gradients',
    'captum-guided-backprop': 'guided-backpropagation',
    'captum-grad-cam-bilinear': 'grad-cam',
    'captum-occlusion': 'occlusion',
  };

  beforeAll(async () => {
    if (!existsSync(plain)) await draw(plain, '--size', '64');
    const photos = path.join(plain, 'photos');
    const methods = Object.values(twins).join();
    const explain = ['explain', photos, '--network', 'scenes-fair', '--method', methods, '--out', ours, '--json'];
    const { code, out: text } = await whylight([...explain, '--format', 'npy']);
    expect(code).toBe(0);
    writeFileSync(answers, text);
  });

  it('are ours where the definitions are the same, after the logits were compared', async () => {
    const { code, out: text } = await run(script, plain, answers, out);
    expect(code, text).toBe(0);
    expect(text).toMatch(/2 scenes, logits as Whylight’s to \d\.\de-0[5-9]/);
    expect(readdirSync(out).sort()).toEqual([...Object.keys(twins), 'captum-grad-cam'].sort());
    for (const [library, method] of Object.entries(twins)) {
      for (const name of ['0000', '0001']) {
        const theirs = decodeNpy(readFileSync(path.join(out, library, `${name}.npy`)));
        const { values } = decodeNpy(readFileSync(path.join(ours, `${name}.${method}.npy`)));
        expect(theirs.shape).toEqual([128, 128]);
        const top = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        const largest = values.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs.values[i]!)), 0);
        expect(largest / top, `${library} of ${name}`).toBeLessThan(library.includes('integrated') ? 0.01 : 1e-4);
      }
    }
  });

  it('are not made where a logit is another, or an answer is missing', async () => {
    const list = JSON.parse(readFileSync(answers, 'utf8'));
    list[1].classes[0].logit += 0.01;
    writeFileSync(answers, JSON.stringify(list));
    const other = await run(script, plain, answers, path.join(folder, 'none'));
    expect([other.code, other.out]).toEqual([1, expect.stringMatching(/the logit of \w+ differs by 0\.0[01]/)]);
    writeFileSync(answers, JSON.stringify(list.slice(1)));
    const missing = await run(script, plain, answers, path.join(folder, 'none'));
    expect([missing.code, missing.out]).toEqual([1, expect.stringContaining('no answer on scene 000')]);
    expect(readdirSync(folder)).not.toContain('none');
  });
});
