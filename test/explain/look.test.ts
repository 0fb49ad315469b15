import { expect, test, vi } from 'vitest';
import { classify } from '../../src/explain/classify';
import { explainAll } from '../../src/explain/explain-all';
import * as prepare from '../../src/explain/image/prepare';
import { look } from '../../src/explain/look';
import { findMethod } from '../../src/explain/methods';
import * as activations from '../../src/explain/network/executors/activations';
import * as gradient from '../../src/explain/network/executors/gradient';
import * as held from '../../src/explain/network/executors/held-pass';
import { seededNetwork } from '../support/networks';
import { drawnPhoto } from '../support/pictures';
import { passingTensors } from '../support/tensors';

vi.mock('../../src/explain/image/prepare', { spy: true });
vi.mock('../../src/explain/network/executors/activations', { spy: true });
vi.mock('../../src/explain/network/executors/gradient', { spy: true });
vi.mock('../../src/explain/network/executors/held-pass', { spy: true });

const network = seededNetwork('tiny-resnet', 5, [30, 41, 3], 6);
const photo = drawnPhoto(30, 41, 7);
const calls = (...names: string[]) => names.map((name) => ({ method: findMethod(name) }));

test('all methods and targets of a photo share one resize, one forward pass, and the gradients they have in common', async () => {
  const before = passingTensors();
  const seen = look(network, photo);
  const every = calls(
    'saliency',
    'input-x-gradient',
    'occlusion',
    'cam',
    'grad-cam',
    'hires-cam',
    'eigen-cam',
    'score-cam',
  );
  const maps = await explainAll(seen, every, [0, 1]);
  expect(seen.classification).toEqual(await classify(network, photo));
  expect(maps.map(({ method, target }) => `${method} ${target.index}`)).toEqual(
    every.flatMap(({ method: { name } }) => [`${name} 0`, `${name} 1`]),
  );
  // The second one of each is classify's own.
  expect(vi.mocked(prepare.prepareInput)).toHaveBeenCalledTimes(2);
  expect(vi.mocked(activations.activations)).toHaveBeenCalledTimes(1);
  // At the input and at the layer, for all methods and targets; Score-CAM needs none.
  expect(vi.mocked(held.holdPass)).toHaveBeenCalledTimes(2);
  expect(vi.mocked(gradient.openGradient)).toHaveBeenCalledTimes(0);
  seen.close();
  expect(passingTensors()).toBe(before);
  expect(() => seen.target(0)).toThrow('is closed');
});

test('between gradients only long work makes a look let go of its pass', async () => {
  for (const [between, passes] of [
    ['cam', 1],
    ['occlusion', 2],
  ] as const) {
    vi.clearAllMocks();
    const seen = look(network, photo, undefined, { gradients: true });
    await explainAll(seen, calls('saliency', between, 'grad-cam'), [0]);
    expect(vi.mocked(held.holdPass)).toHaveBeenCalledTimes(passes);
    seen.close();
  }
});

test('a layer’s values are those of a look that was asked for nothing else', () => {
  const [one, other] = [look(network, photo), look(network, photo)];
  const layer = network.graph.at(-6)!.name;
  expect(one.outputs).toEqual(other.outputs);
  other.activations([network.camNode!, network.graph[2]!.name]);
  expect(one.activations([layer]).get(layer)).toEqual(other.activations([layer]).get(layer));
  const last = look(network, photo);
  last.activations(network.graph.slice(0, 8).map(({ name }) => name));
  expect(last.outputs).toEqual(one.outputs);
});

test('a wrong option of the last method is refused before the first one runs', async () => {
  const seen = look(network, photo);
  const wrong = [...calls('rise'), { method: findMethod('lime'), options: { samples: 0 } }];
  const onProgress = () => expect.fail('it ran');
  await expect(explainAll(seen, wrong, [0], { onProgress })).rejects.toThrow('samples: 0');
  await expect(explainAll(seen, calls('cam', 'rise'), [0], { signal: AbortSignal.abort() })).rejects.toThrow(
    'interrupted',
  );
});

test('a look for gradients runs forward once, and gives the slopes of a session at each node', () => {
  vi.clearAllMocks();
  const before = passingTensors();
  const one = look(network, photo, undefined, { gradients: true });
  const targets = [one.target(0), one.target(3)];
  const nodes = [undefined, network.camNode!, ...network.graph.slice(1, -2).map(({ name }) => name)];
  const found = nodes.map((at) => one.gradients(targets, { at }));
  const guided = one.gradients(targets, { reluRule: 'guided' });
  expect(one.activations([network.camNode!]).get(network.camNode!)).toEqual(found[1]![0]!.activation);
  expect(vi.mocked(held.holdPass)).toHaveBeenCalledTimes(1);
  expect(vi.mocked(activations.activations)).not.toHaveBeenCalled();
  // Of some nodes no value is kept; those of ReLUs are.
  const separate = vi.mocked(gradient.openGradient).mock.calls.map(([, options]) => options?.at);
  const rectified = network.graph.filter(({ operation }) => operation.kind === 'relu').map(({ name }) => name);
  expect(rectified.length).toBeGreaterThan(5);
  expect(separate.filter((at) => at === undefined || rectified.includes(at))).toEqual([]);
  for (const [options, slopes] of [
    ...nodes.map((at, i) => [{ at }, found[i]!] as const),
    [{ reluRule: 'guided' }, guided] as const,
  ]) {
    const session = gradient.openGradient(network, options);
    const { gradients, activations: values } = session.runEach(
      one.input.values,
      1,
      targets.map(({ weights }) => weights),
    );
    session.close();
    slopes.forEach(({ activation, gradient: slope }, i) => {
      const most = Math.max(...gradients[i]!.map(Math.abs));
      expect(Math.max(...slope.values.map((value, at) => Math.abs(value - gradients[i]![at]!)))).toBeLessThan(
        1e-5 * most,
      );
      expect(Math.max(...activation.values.map((value, at) => Math.abs(value - values[at]!)))).toBeLessThan(1e-4);
    });
  }
  one.rest();
  expect(passingTensors()).toBe(before);
  expect(one.gradients(targets)).toEqual(found[0]);
  one.close();
  expect(passingTensors()).toBe(before);
});
