import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { AbortedError } from '../../../src/explain/errors';
import { look } from '../../../src/explain/look';
import { findMethod, methods, views } from '../../../src/explain/methods';
import { defineMethod, type MethodDescription } from '../../../src/explain/methods/define-method';
import type { Progress } from '../../../src/explain/progress';
import type { Target } from '../../../src/explain/target';
import { use } from '../../../src/report/additions';
import { bibliography } from '../../../src/report/bibliography';
import { relativeDifference, seededNetwork } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';
import { passingTensors } from '../../support/tensors';

const network = seededNetwork('tiny-resnet', 5, [30, 41, 3], 6);
const photo = drawnPhoto(30, 41, 7);

/** Less work than the defaults. */
const few: Readonly<Record<string, object>> = {
  smoothgrad: { samples: 5 },
  'integrated-gradients': { steps: 7 },
  occlusion: { size: 12, fill: 'noise' },
  rise: { masks: 30 },
  lime: { samples: 30, segments: 10 },
};
const long = methods.filter(({ name, passes, parse }) => passes(parse(few[name] ?? {}), network) > 3);
const seeded = methods.filter(({ options }) => options.includes('seed'));

test('an unknown method is refused with those there are', () => {
  expect(() => findMethod('grad-kam')).toThrow('unknown method: grad-kam (known: saliency, input-x-gradient, ');
});

describe.each(methods.map(({ name }) => name))('%s', (name) => {
  const { run, explain, parse, standardErrors, options: own } = findMethod(name);
  const asked = few[name] ?? {};

  test('the same call gives the same bytes, names itself and its options, and leaves no tensor behind', async () => {
    const before = passingTensors();
    const map = await run(network, photo, asked);
    expect(await run(network, photo, asked)).toEqual({ ...map, elapsedMs: expect.any(Number) });
    expect(passingTensors()).toBe(before);
    expect(map.method).toBe(name);
    expect([map.height, map.width, map.values.length]).toEqual([30, 41, 30 * 41]);
    expect(map.values.every(Number.isFinite)).toBe(true);
    expect(Math.max(...map.values.map(Math.abs))).toBeGreaterThan(0);
    expect(map.errors !== undefined).toBe(standardErrors?.(parse(asked)) ?? false);
    for (const option of own) {
      if (option === 'seed') expect(map.seed).toBe(0);
      else if (option === 'layer') expect(map.layer).toBe(network.camNode);
      else if (option in parse({})) expect(map.options).toHaveProperty(option);
    }
  });

  test('several targets of one call are what each is alone, byte for byte', async () => {
    const own = { label: 'own', score: (z: Float32Array) => z[1]! * z[2]! };
    const targets: (Target | undefined)[] = [undefined, 0, { difference: [1, 3] }, own, 4];
    const seen = look(network, photo);
    const before = passingTensors();
    const together = await explain(seen, targets, asked);
    seen.close();
    expect(passingTensors()).toBe(before);
    expect(together).toHaveLength(targets.length);
    for (const [i, target] of targets.entries()) {
      const alone = await run(network, photo, { ...asked, target });
      expect(together[i]).toEqual({ ...alone, elapsedMs: expect.any(Number) });
    }
  });

  test('a difference of two classes and the same as a function of one’s own give one map', async () => {
    const plain = await run(network, photo, { ...asked, target: { difference: [1, 3] } });
    const score = (z: Float32Array) => z[1]! - z[3]!;
    const own = await run(network, photo, { ...asked, target: { label: 'own', score } });
    expect([plain.target.label, own.target.label]).toEqual(['class 1 − class 3', 'own']);
    expect(own.target.logit).toBeCloseTo(plain.target.logit, 5);
    expect(relativeDifference(own.values, plain.values)).toBeLessThan(1e-3);
  });

  test('an unknown class is an error, and leaves no tensor behind', async () => {
    const before = passingTensors();
    await expect(run(network, photo, { target: 'wolf' })).rejects.toThrow('unknown class: wolf');
    expect(passingTensors()).toBe(before);
  });
});

test('the long runs are those of many passes', () => {
  const names = ['smoothgrad', 'integrated-gradients', 'occlusion', 'score-cam', 'ablation-cam', 'rise', 'lime'];
  expect(long.map(({ name }) => name)).toEqual(names);
});

describe.each(long)('$name', ({ name, run }) => {
  const asked = few[name] ?? {};

  test('an abort rejects with AbortedError and leaves no tensor behind', async () => {
    const before = passingTensors();
    await expect(run(network, photo, { ...asked, signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
    const midway = new AbortController();
    const onProgress = () => midway.abort();
    const call = run(network, photo, { ...asked, onProgress, signal: midway.signal, memoryMB: 0.001 });
    await expect(call).rejects.toThrow(AbortedError);
    expect(passingTensors()).toBe(before);
  });

  test('the memory budget changes the batches, not the map; progress reaches the end', async () => {
    const steps: Record<string, Progress[]> = { large: [], small: [] };
    const maps = [];
    for (const [size, memoryMB] of [
      ['large', 512],
      ['small', 0.001],
    ] as const) {
      const onProgress = (progress: Progress) => steps[size]!.push(progress);
      maps.push(await run(network, photo, { ...asked, memoryMB, onProgress }));
    }
    expect(relativeDifference(maps[1]!.values, maps[0]!.values)).toBeLessThan(1e-4);
    expect(steps.small!.length).toBeGreaterThan(steps.large!.length);
    for (const memoryMB of [0, -5, Number.NaN]) {
      const refused = `memoryMB: ${memoryMB} (allowed: above 0)`;
      await expect(run(network, photo, { ...asked, memoryMB })).rejects.toThrow(refused);
    }
    for (const all of Object.values(steps)) {
      const { label, done, total } = all.at(-1)!;
      expect([label, done]).toEqual([name, total]);
    }
  });
});

test.each(seeded)('$name: another seed gives another map, and is in the result', async ({ name, run }) => {
  const asked = few[name];
  const [one, same, other] = [
    await run(network, photo, { ...asked, seed: 3 }),
    await run(network, photo, { ...asked, seed: 3 }),
    await run(network, photo, { ...asked, seed: 4 }),
  ];
  expect(same.values).toEqual(one.values);
  expect(other.values).not.toEqual(one.values);
  expect([one.seed, other.seed]).toEqual([3, 4]);
});

/** Of each option a value that none of its kind may have, and what the refusal says of it. */
function wrongValues(schema: z.ZodObject): (readonly [option: string, value: unknown, said: string])[] {
  const { properties } = z.toJSONSchema(schema, { io: 'input' }) as {
    properties: Record<string, { type?: string; enum?: string[]; anyOf?: object[] }>;
  };
  return Object.entries(properties).map(([option, { type, enum: names, anyOf }]) => {
    if (names !== undefined) return [option, 'purple', `unknown ${option}: purple (allowed: ${names.join(', ')})`];
    if (anyOf !== undefined) return [option, true, `${option}: true (allowed: `];
    if (type === 'integer') return [option, 1.5, `${option}: 1.5 (allowed: whole numbers`];
    const wrong = type === 'string' ? 7 : 'many';
    return [option, wrong, `${option}: ${wrong} (allowed: `];
  });
}

describe.each([...methods, ...views])('the options of $name', ({ name, schema, parse, options }) => {
  test('are refused by name, with what is allowed', () => {
    const allowed = options.join(', ') || 'no option';
    expect(() => parse({ thing: 1 })).toThrow(`${name} takes no thing (allowed: ${allowed})`);
    expect(() => parse({ thing: undefined })).not.toThrow();
    for (const [option, value, said] of wrongValues(schema)) expect(() => parse({ [option]: value })).toThrow(said);
  });

  test('each says what it does, and is recorded with its default', async () => {
    for (const type of Object.values(schema.shape) as z.ZodType[]) expect(type.meta()?.description).toMatch(/\w{3}/);
    const fixed = Object.keys(parse({})).filter((option) => option !== 'seed');
    if (views.some((view) => view.name === name)) return;
    const map = await findMethod(name).run(network, photo, few[name] ?? {});
    for (const option of fixed) expect(map.options).toHaveProperty(option);
  });
});

test('each method’s and view’s source is an entry of the bibliography, and what is said of it is said', () => {
  const entries = bibliography([...methods, ...views].map(({ bibtex }) => bibtex));
  for (const { name, citation, formula, sentence, use: when, avoid, passes, parse } of [...methods, ...views]) {
    expect(Object.keys(entries.get(citation)!.fields), name).toEqual(
      expect.arrayContaining(['author', 'title', 'year']),
    );
    expect([formula, sentence, when, avoid].every((text) => text!.length > 10)).toBe(true);
    expect(passes(parse({}), network)).toBeGreaterThan(0);
  }
});

const plainest: MethodDescription<z.ZodObject> = {
  name: 'brightness',
  title: 'Brightness',
  unit: 'brightness × logit',
  bibtex: '@misc{yours2026,\n  author = {Name, Your},\n  title = {Brightness},\n  year = {2026}\n}',
  formula: 'B = I S_c',
  sentence: 'multiplies the red channel by the score',
  cost: 'one forward pass',
  passes: () => 1,
  needs: [],
  perTarget: 'nothing',
  schema: z.strictObject({ channel: z.int().min(0).max(2).default(0).meta({ description: 'which colour' }) }),
  explain: async ({ input }, targets, { channel }) =>
    targets.map(({ logit }) => ({
      values: Float32Array.from({ length: input.height * input.width }, (_, at) => {
        return logit * input.values[at * 3 + (channel as number)]!;
      }),
      signed: true,
    })),
};

test('a method of one’s own is described, used and found like any other', async () => {
  const before = methods.length;
  use(defineMethod(plainest));
  expect(methods.at(-1)!.name).toBe('brightness');
  const map = await findMethod('brightness').run(network, photo, { channel: 1, target: 2 });
  expect(map).toMatchObject({
    method: 'brightness',
    title: 'Brightness',
    options: { channel: 1 },
    seed: null,
    layer: null,
  });
  expect(map.values[5]).toBeCloseTo(map.target.logit * (photo.pixels[16]! / 255), 4);
  await expect(findMethod('brightness').run(network, photo, { channel: 3 })).rejects.toThrow(
    'channel: 3 (allowed: whole numbers from 0 to 2)',
  );
  // A cell that is run again.
  use(defineMethod({ ...plainest, title: 'Brighter' }));
  expect(methods.at(-1)!.title).toBe('Brighter');
  const builtIn = { ...plainest, name: 'saliency' };
  expect(() => use(defineMethod(builtIn))).toThrow('there is a method or view saliency already');
  expect(() => use({ ...plainest, role: 'method' } as never)).toThrow('a method is what defineMethod returns');
  const { formula: _, ...incomplete } = plainest;
  expect(() => defineMethod(incomplete as never)).toThrow('the method brightness has no usable formula');
  expect(() => defineMethod({ ...plainest, explain: undefined } as never)).toThrow('no usable explain');
  expect(methods).toHaveLength(before + 1);
});
