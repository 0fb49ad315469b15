import { describe, expect, it } from 'vitest';
import { type Why, type WhyOptions, why } from '../../src/analyses/why';
import type { WhyChoice } from '../../src/analyses/why-methods';
import type { FillSearch } from '../../src/analyses/why-regions';
import { type WhySentences, whySentences } from '../../src/analyses/why-sentences';
import { prepareInput } from '../../src/explain/image/prepare';
import type { ImageSample } from '../../src/explain/image/sample';
import type { Architecture } from '../../src/explain/network/architectures/architecture';
import { forward } from '../../src/explain/network/executors/forward';
import { GraphBuilder } from '../../src/explain/network/graph-builder';
import { loadNetwork } from '../../src/explain/network/load-network';
import type { Network } from '../../src/explain/network/network';
import { classScores } from '../../src/explain/target';
import { flatPhoto } from '../support/flat-photo';
import { linearNetwork, seededNetwork } from '../support/networks';
import { drawnPhoto } from '../support/pictures';
import { passingTensors } from '../support/tensors';
import { expectAllHeld } from '../support/why';

const inBox = (x: number, y: number, [left, top, width, height]: readonly [number, number, number, number]) =>
  x >= left && x < left + width && y >= top && y < top + height;

const text = ({ concluded, open }: WhySentences) => [...concluded, ...open].map((one) => one.text).join('\n');

async function asked(network: Network, photo: ImageSample, options: WhyOptions = {}): Promise<Why> {
  const result = await why(network, photo, options);
  expectAllHeld(result, result.numbers);
  return result;
}

/** A photo with one bright corner, and a network of two classes that looks at nothing else. */
function cornerCase() {
  const [height, width] = [32, 40];
  const corner = [30, 22, 10, 10] as const;
  const weights = new Float32Array(2 * height * width * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (inBox(x, y, corner)) weights.fill(0.1, 3 * (y * width + x), 3 * (y * width + x) + 3);
    }
  }
  // All of the corner is worth 30 × 0.8 = 24 logits; the rival has 12.
  const network = linearNetwork([height, width], weights, [0, 12]);
  return { network, photo: flatPhoto(width, height, () => [204, 204, 204]), corner };
}

describe('why', () => {
  it('finds where the colour is that decides, and says it', async () => {
    const network = await loadNetwork('scenes-colours');
    const blue = [80, 16, 32, 32] as const;
    const green = [16, 88, 24, 24] as const;
    const photo = flatPhoto(128, 128, (x, y) =>
      inBox(x, y, blue) ? [0, 0, 255] : inBox(x, y, green) ? [0, 255, 0] : [128, 128, 128],
    );
    const before = passingTensors();
    const methods = ['cam', 'integrated-gradients', 'occlusion'];
    const result = await asked(network, photo, { fills: ['black'], methods });
    expect(passingTensors()).toBe(before);
    const { numbers } = result;
    // docs/provable.md: the score is the mean of 64 blue − 16 green.
    const score = (64 * (1 - 1 / 64) * 32 ** 2 - 16 * (1 - 1 / 32) * 24 ** 2) / 128 ** 2;
    expect(numbers.margin).toBeCloseTo(score, 4);
    const [search] = numbers.regions!.fills;
    // What green is worth is left over by no less than all of the blue but 141 px: 24 px a side are too few.
    expect(search).toMatchObject({
      turned: true,
      side: 32,
      places: 169,
      turning: 1,
      squares: 256 + 225 + 196 + 169,
      square: { top: 16, left: 80, height: 32, width: 32, with: { label: 'dog' } },
      enough: true,
    });
    expect(search!.square.with.margin).toBeCloseTo((-16 * (1 - 1 / 32) * 24 ** 2) / -(128 ** 2) / -1, 4);
    expect(text(result)).toContain(
      'The smallest square that turns the answer when covered in black, of 846 tried on a grid of 8 px in the input of 128×128 px, has 32×32 px at the upper right (6.3 % of the input): dog with',
    );
    expect(text(result)).toContain('no other of the 169 of this size does');
    expect(text(result)).not.toContain('no smaller one was tried');
    const cam = numbers.maps.find(({ method }) => method === 'cam')!;
    expect(cam.place).toBe('at the upper right');
    expect(cam.deletion).toMatchObject({ places: 24, atLeast: 0, p: 1 / 25 });
  });

  it('finds the corner at which a network looks, and that no other place does', async () => {
    const { network, photo, corner } = cornerCase();
    const methods = ['integrated-gradients', 'occlusion'];
    const { numbers, ...result } = await asked(network, photo, { methods });
    const { square } = numbers.regions!.fills[0]!;
    expect(numbers.answer.label).toBe('class 0');
    expect(numbers.margin).toBeCloseTo(12, 3);
    // Half of the corner must go: 50 px; squares lie on a grid of 2 px.
    expect(numbers.regions!.fills[0]).toMatchObject({ turned: true, side: 8 });
    expect(
      inBox(square.left, square.top, corner) &&
        inBox(square.left + square.width - 1, square.top + square.height - 1, corner),
    ).toBe(true);
    expect(numbers.maps.map(({ method, place }) => [method, place])).toEqual([
      ['integrated-gradients', 'at the lower right'],
      ['occlusion', 'at the lower right'],
    ]);
    // Linear: its mean colour is that of the whole photo, so covering in it changes nothing.
    expect(numbers.regions!.fills).toHaveLength(1);
    expect(numbers.regions!.same.map(({ fill }) => fill)).toEqual(['mean', 'blur']);
    expect(numbers.regions!.same[0]!.with.margin).toBeCloseTo(12, 3);
    expect(result.concluded.at(-1)!.text).toMatch(/turns? the answer, so the flip depends on the fill\.$/);
  });

  it('concludes nothing from a network that does not look', async () => {
    const network = linearNetwork([32, 40], new Float32Array(2 * 32 * 40 * 3), [1, 0]);
    const result = await asked(network, drawnPhoto(32, 40, 1));
    const { maps, passing, regions } = result.numbers;
    expect(maps.every(({ fails, place }) => fails === 'flat' && place === null)).toBe(true);
    expect(passing).toBe(0);
    expect(regions!.fills.every(({ turned }) => !turned)).toBe(true);
    expect(regions!.pieces!.turned).toBe(false);
    expect(text(result)).toContain(
      'No map of 2 passes the checks, so nothing is concluded from where they are highest',
    );
    expect(text(result)).toMatch(
      /None of \d+ squares up to \d+ px, tried on a grid of \d+ px in the input of 40×32 px and covered in black, turns the answer \(least margin 1\.00 logits\)/,
    );
    expect(text(result)).not.toMatch(/ranks first, 5|smallest square/);
  });

  it('speaks of a flip towards what the fill alone is taken for', async () => {
    // Black alone is class 1: its bias.
    const { network, photo } = cornerCase();
    const { open } = await asked(network, photo, { quick: true });
    expect(open[0]!.text).toMatch(
      /^Whether the answer turns for what is covered or for the cover: with all covered in black it is class 1/,
    );
  });

  it('has numbers of a saturated network, too', async () => {
    const { network, photo, corner } = cornerCase();
    const parameters = new Map(
      [...network.parameters].map(([name, { shape, values }]) => [
        name,
        { shape, values: values.map((one) => 100 * one) },
      ]),
    );
    const result = await asked({ ...network, parameters }, photo, { quick: true });
    expect(result.numbers.answer.probability).toBe(1);
    expect(result.numbers.margin).toBeCloseTo(1200, 1);
    expect(result.numbers.maps.every(({ fails, deletion }) => fails === null && deletion.atLeast === 0)).toBe(true);
    const { left, top } = result.numbers.regions!.fills[0]!.square;
    expect(inBox(left, top, corner)).toBe(true);
    expect(text(result)).toContain('answers class 0 with 100.0 %');
  });

  it('says of a square left alone whether the fill alone has the same answer', async () => {
    const [height, width] = [32, 40];
    const weights = new Float32Array(2 * height * width * 3);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const worth = inBox(x, y, [30, 22, 10, 10]) ? 3 : inBox(x, y, [0, 0, 10, 10]) ? -2 : 0;
        weights.fill(worth / (300 * 0.8), 3 * (y * width + x), 3 * (y * width + x) + 3);
      }
    }
    // Black alone is class 0 by its bias; without the lower corner the upper one turns it.
    const network = linearNetwork([height, width], weights, [1, 0]);
    const photo = flatPhoto(width, height, () => [204, 204, 204]);
    const result = await asked(network, photo, { quick: true });
    const [search] = result.numbers.regions!.fills;
    expect(search).toMatchObject({ turned: true, enough: true, whole: { label: 'class 0' } });
    expect(search!.whole.margin).toBeCloseTo(1, 4);
    expect(text(result)).toContain('with all else covered the answer is still class 0 with');
    expect(text(result)).toContain('but so it is with all covered (73.1 %)');
    expect(text(result)).not.toContain('Whether the answer turns for what is covered');
  });

  it('leaves out a map that untrained networks give, too', async () => {
    const { network, photo } = cornerCase();
    // The reading is the photo itself: brightness, whatever the weights are.
    const brightness = flatPhoto(40, 32, (x, y) =>
      inBox(x, y, [30, 22, 10, 10]) ? [204, 204, 204] : [4 * x, 4 * y, 0],
    );
    const result = await asked(network, brightness, { methods: ['occlusion', 'saliency'], quick: true });
    const rule = result.numbers.rules.alike;
    for (const { fails, untrained } of result.numbers.maps) {
      expect(fails === 'network').toBe(untrained.mean !== null && untrained.mean >= rule);
    }
    expect(photo.width).toBe(40);
  });

  it.each([
    ['softmax', 1, 'nothing is decided'],
    ['sigmoid', 1, null],
    ['linear', 2, 'nothing is decided'],
    ['multilabel', 3, null],
  ] as const)('knows an output of %s over %i', async (output, outputs, words) => {
    const base = seededNetwork('tiny-resnet', outputs, [32, 32, 3], 4);
    const classes = output === 'sigmoid' ? ['no', 'yes'] : base.classes;
    const network = { ...base, output, classes, ...(output === 'linear' && { unit: 'years' }) };
    const photo = drawnPhoto(32, 32, 2);
    const result = await asked(network, photo, { quick: true });
    const raw = forward(network, prepareInput(photo, network.preprocessing).values);
    const { probabilities } = classScores(network, raw);
    const decided = words === null && (output !== 'multilabel' || Math.max(...probabilities!) > 0.5);
    expect(result.numbers.regions === null).toBe(!decided);
    if (words !== null) expect(text(result)).toContain(words);
    if (output === 'linear') expect(text(result)).toContain(' years');
  });

  it('turns no multilabel answer that was not given', async () => {
    const network = {
      ...linearNetwork([16, 16], new Float32Array(3 * 16 * 16 * 3), [-1, -2, -3]),
      output: 'multilabel' as const,
    };
    const result = await asked(network, drawnPhoto(16, 16, 3), { quick: true });
    expect(result.numbers).toMatchObject({ margin: null, regions: null });
  });

  it('says of a label that is given no longer what is left of it, and of no other label', async () => {
    const base = cornerCase();
    // Beside the corner's label one that is always at 40 %, and given by nothing.
    const weights = new Float32Array(2 * 32 * 40 * 3);
    for (let y = 22; y < 32; y++) weights.fill(0.05, 3 * (y * 40 + 30), 3 * (y * 40 + 40));
    const network = {
      ...linearNetwork([32, 40], weights, [-6, Math.log(0.4 / 0.6)]),
      output: 'multilabel' as const,
    };
    const { numbers, figures, ...result } = await asked(network, base.photo, { quick: true });
    const [search] = numbers.regions!.fills;
    expect(search).toMatchObject({ turned: true, square: { with: { index: 0, label: 'class 0' } } });
    expect(search!.square.with.probability).toBeLessThan(0.4);
    expect(search!.whole).toMatchObject({ index: 0, probability: expect.closeTo(1 / (1 + Math.exp(6)), 5) });
    expect(result.concluded.at(-1)!.text).toMatch(/\): class 0 with [\d.]+ %, below one half; /);
    expect(figures.why.caption).toMatch(/the answer is class 0 with [\d.]+ %, below one half\./);
  });

  it('asks about another class than the answer, and about a difference', async () => {
    const network = seededNetwork('tiny-resnet', 4, [32, 32, 3], 6);
    const photo = drawnPhoto(32, 32, 5);
    const first = await asked(network, photo, { quick: true });
    const [best, second] = [first.numbers.answer, first.numbers.runnerUp!];
    const other = await asked(network, photo, { quick: true, target: second.index });
    expect(other.numbers).toMatchObject({
      isAnswer: false,
      target: { label: second.label },
      rival: { label: best.label },
    });
    expect(text(other)).toContain(`the maps below are of ${second.label}`);
    expect(other.numbers.regions).toEqual(first.numbers.regions);
    const difference = await asked(network, photo, { quick: true, target: { difference: [best.index, second.index] } });
    expect(difference.numbers).toMatchObject({ isAnswer: false, rival: null });
    expect(difference.numbers.maps[0]!.deletion.before).toBeCloseTo(best.logit - second.logit, 5);
  });

  it('says where no smaller square was tried, and how many lie apart', async () => {
    const { network, photo } = cornerCase();
    const { numbers } = await why(network, photo, { quick: true });
    const words = (search: Partial<FillSearch>) => {
      const { fills, ...regions } = numbers.regions!;
      return text(whySentences({ ...numbers, regions: { ...regions, fills: [{ ...fills[0]!, ...search }] } }));
    };
    expect(words({ side: numbers.input.cell })).toContain('no smaller one was tried; ');
    expect(words({ side: 2 * numbers.input.cell })).not.toContain('no smaller one was tried');
    expect(words({ turning: 4, places: 90, apart: 0 })).toContain('4 of the 90 of this size do, and all overlap it;');
    expect(words({ turning: 4, places: 90, apart: 3 })).toContain(
      '4 of the 90 of this size do, 3 without a pixel in common with it, so it is not the only place of this size;',
    );
  });

  it('says which part of the photo the network sees, where that is not all of it', async () => {
    const { network, photo } = cornerCase();
    const { numbers } = await why(network, photo, { quick: true });
    const words = (width: number, crop: object) => {
      const input = { ...numbers.input, crop: { x: 0, y: 0, width: 40, height: 32, ...crop } };
      const changed = { ...numbers, photo: { ...numbers.photo, width }, input };
      const sentences = whySentences(changed);
      expectAllHeld(sentences, changed);
      return sentences.concluded[0]!.text;
    };
    expect(words(40, {})).not.toContain('it sees');
    expect(words(60, { x: 10.2, width: 39.6 })).toMatch(
      /%; of the photo’s 60×32 px it sees the middle 40×32, and places are of these\.$/,
    );
  });

  it('says where covering elsewhere, too, leaves no lead', async () => {
    const { network, photo } = cornerCase();
    const { numbers } = await why(network, photo, { quick: true });
    const words = (othersMean: number, more: object = {}) => {
      const maps = numbers.maps.map((map) => ({ ...map, deletion: { ...map.deletion, othersMean } }));
      return text(whySentences({ ...numbers, maps, ...more }));
    };
    expect(words(-0.3)).toContain(', so that covering elsewhere, too, leaves no lead on average');
    expect(words(0.3)).not.toContain('covering elsewhere');
    expect(words(-0.3, { isAnswer: false })).not.toContain('covering elsewhere');
  });

  it('says by which evaluation methods were chosen, or by what rule', async () => {
    const { network, photo } = cornerCase();
    const { numbers } = await why(network, photo, { quick: true });
    const evaluation = { relation: 'own', network: 'Net', data: 'drawn scenes', photos: 20 } as const;
    const words = (choice: WhyChoice) => {
      const changed = { ...numbers, rules: { ...numbers.rules, choice } };
      const sentences = whySentences(changed);
      expectAllHeld(sentences, changed);
      return sentences.concluded[1]!.text;
    };
    const ways = [{ way: 'covering', measured: 1 }] as const;
    expect(words({ by: 'evaluation', evaluation, without: ways })).toMatch(
      / of each of three ways to ask the method that an evaluation of this network on 20 drawn scenes supports best: .* knows nothing; of covering it supports no method \(1 measured\)\.$/,
    );
    const other = { ...evaluation, relation: 'other', data: 'pets', photos: 25 } as const;
    expect(words({ by: 'evaluation', evaluation: other, without: [] })).toMatch(
      /an evaluation of another network, Net, on 25 photos of pets supports best: .*, which was not measured of this network\.$/,
    );
    expect(words({ by: 'rule', evaluation: { ...other, measured: 8 } })).toMatch(
      /by rule one method of each way to ask that the network allows: an evaluation of another network, Net, on 25 photos of pets supports none of its 8 methods\.$/,
    );
    expect(words({ by: 'rule', evaluation: null })).toContain('no evaluation of such a network is known.');
  });

  it('tells of a map that no untrained network gave, and of maps that are alike by no more than a moved one', async () => {
    const { network, photo } = cornerCase();
    const { numbers } = await why(network, photo, { quick: true });
    const maps = numbers.maps.map((map) => ({ ...map, untrained: { networks: 0, mean: null } }));
    expect(text(whySentences({ ...numbers, maps }))).toContain('could not be set beside untrained networks');
    const agreements = [{ of: [0, 1] as const, correlation: -0.2, places: 24, atLeast: 0, p: 0.04 }];
    expect(text(whySentences({ ...numbers, agreements }))).toContain(
      'that they rank places alike is not shown (rank correlation −0.20; p = 0.040,',
    );
  });

  it('tells classes of one first name apart by their index, in sentences and in the picture', async () => {
    const { network, photo } = cornerCase();
    const plain = await why(network, photo, { quick: true });
    const { index } = plain.numbers.answer;
    const classes = ['crane', 'crane, machine'];
    const namesakes = await asked({ ...network, classes }, photo, { quick: true });
    expect(text(namesakes)).toContain(` answers crane (${index}) with `);
    expect(text(namesakes)).not.toMatch(/crane(?! \(\d\))/);
    expect(namesakes.figures.why.caption).not.toMatch(/answer is crane(?! \(\d\))/);
    expect(text(plain)).not.toMatch(/class \d \(\d\)/);
  });

  it('gives the same for the same seed', async () => {
    const { network, photo } = cornerCase();
    const [a, b] = [await why(network, photo, { quick: true }), await why(network, photo, { quick: true })];
    expect(JSON.stringify(a.numbers)).toBe(JSON.stringify(b.numbers));
    expect(a.figures).toEqual(b.figures);
  });

  it('refuses what cannot be', async () => {
    const { network, photo } = cornerCase();
    await expect(why(network, photo, { methods: ['cam'] })).rejects.toThrow('does not allow cam');
    await expect(why(network, photo, { methods: [] })).rejects.toThrow('no method was named');
    await expect(why(network, photo, { fills: ['red' as never] })).rejects.toThrow('fills: red (allowed: black,');
    await expect(why(network, photo, { target: 'cat' })).rejects.toThrow('unknown class: cat');
    await expect(why(network, photo, { signal: AbortSignal.abort() })).rejects.toThrow('interrupted');
  });
});

/** A convolution, a ReLU, a pooled head. */
function smallNetwork(seed: number, classes: number, [height, width]: readonly [number, number]): Network {
  const build: Architecture = (outputs) => {
    const builder = new GraphBuilder();
    const map = builder.relu('relu', builder.convolution('conv', 'input', 6, { kernel: 3, padding: 1, bias: true }));
    builder.pooledHead(map, outputs);
    return { graph: builder.graph, camNode: map };
  };
  return seededNetwork(build, classes, [height, width, 3], seed);
}

describe('twenty-four pairs of photo and network', () => {
  const cases = Array.from({ length: 24 }, (_, i) => i);
  it.each(cases)('have sentences with their own numbers alone: %i', async (i) => {
    const size = [
      [16, 16],
      [17, 23],
      [32, 20],
    ][i % 3] as [number, number];
    const base = smallNetwork(i, [2, 3, 5][i % 3]!, size);
    const title = ['Small', 'SqueezeNet 1.0', 'The net of 5 layers'][i % 3]!;
    const labels = base.classes.map((_, c) => ['tabby, tabby cat', 'class 7', 'dog', 'wolf', 'K9'][c]!);
    const network = { ...base, title, classes: labels };
    const options = {
      seed: i,
      fills: (['black', 'mean', 'blur', 'noise', 'zero'] as const).slice(i % 4),
      quick: i % 2 === 0,
    };
    await asked(network, drawnPhoto(size[0], size[1], i), options);
  });
});
