import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { forward } from '../../../../src/explain/network/executors/forward';
import { readTfjsModel } from '../../../../src/explain/network/tfjs/tfjs-model';
import { drawn, networkOf, relativeDifference } from '../../../support/networks';

interface Node {
  name: string;
  op: string;
  input?: string[];
  attr?: Record<string, unknown>;
}
interface Document {
  modelTopology: { node: Node[] };
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-graph-model-'));
afterAll(() => rmSync(folder, { recursive: true }));

const golden = path.join(__dirname, '../../../golden/keras/mobile-graph');
const sound = JSON.parse(readFileSync(path.join(golden, 'model.json'), 'utf8')) as Document;
writeFileSync(path.join(folder, 'weights.bin'), readFileSync(path.join(golden, 'weights.bin')));

const input = drawn(14 * 11 * 3, 5, 255);

async function logits(document: Document): Promise<Float32Array> {
  const file = path.join(folder, 'model.json');
  writeFileSync(file, JSON.stringify(document));
  const { graph, parameters, inputShape } = await readTfjsModel(file);
  return forward(networkOf(graph, inputShape, parameters), input);
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Convolutions, products, biases and activations in one node each, as the converter's newer versions write them. */
function fused(): Document {
  const copy = structuredClone(sound);
  const nodes = copy.modelTopology.node;
  const named = new Map(nodes.map((node) => [node.name, node]));
  const gone = new Set<string>();
  const kinds: Record<string, string> = { Conv2D: '_FusedConv2D', MatMul: '_FusedMatMul' };
  for (const bias of nodes) {
    const source = named.get(bias.input?.[0] ?? '');
    const kind = kinds[source?.op ?? ''];
    if (kind === undefined || !/^(BiasAdd|Add|AddV2)$/.test(bias.op) || named.get(bias.input![1]!)?.op !== 'Const')
      continue;
    const readers = nodes.filter((node) => node.input?.includes(bias.name));
    const next = readers.length === 1 && /^Relu6?$|^LeakyRelu$/.test(readers[0]!.op) ? readers[0]! : null;
    const words = ['BiasAdd', ...(next === null ? [] : [next.op])];
    const fields = {
      op: kind,
      input: [...source!.input!, bias.input![1]!],
      attr: {
        ...source!.attr,
        fused_ops: { list: { s: words.map(base64) } },
        ...(next?.op === 'LeakyRelu' && { leakyrelu_alpha: next.attr!.alpha }),
      },
    };
    Object.assign(next ?? bias, fields);
    gone.add(source!.name);
    if (next !== null) gone.add(bias.name);
  }
  copy.modelTopology.node = nodes.filter(({ name }) => !gone.has(name));
  return copy;
}

test('nodes into which an optimiser has put bias and activation answer as those apart', async () => {
  const apart = await logits(sound);
  const document = fused();
  const operations = document.modelTopology.node.map(({ op }) => op);
  expect(operations).toEqual(expect.arrayContaining(['_FusedConv2D', '_FusedMatMul']));
  expect(operations.length).toBeLessThan(sound.modelTopology.node.length - 6);
  expect(relativeDifference(await logits(document), apart)).toBeLessThan(1e-6);
});

test('what an optimiser puts together otherwise is refused by its name', async () => {
  const document = fused();
  const first = document.modelTopology.node.find(({ op }) => op === '_FusedConv2D')!;
  first.attr!.fused_ops = { list: { s: ['BiasAdd', 'Gelu'].map(base64) } };
  await expect(logits(document)).rejects.toThrow(/_FusedConv2D\) joins BiasAdd, Gelu \(allowed: BiasAdd, then/);
});

test('a convolution that reads other axes than its map has is refused', async () => {
  const document = structuredClone(sound);
  const convolution = document.modelTopology.node.find(({ op }) => op === 'Conv2D')!;
  convolution.attr!.data_format = { s: base64('NCHW') };
  await expect(logits(document)).rejects.toThrow(/reads axes as NCHW, and they lie otherwise/);
});

test.each([
  ['Cast', { DstT: { type: 'DT_INT32' } }, /\(Cast\) makes DT_INT32 of a value \(allowed: real numbers\)/],
  ['ResizeNearestNeighbor', { align_corners: { b: true } }, /\(ResizeNearestNeighbor\) aligns corners/],
] as const)('%s that means something else than it looks is refused', async (op, attr, sentence) => {
  const document = structuredClone(sound);
  const { node } = document.modelTopology;
  const at = node.findIndex((each) => each.op === 'Conv2D');
  const size = node.find((each) => each.op === 'Const')!.name;
  const [source] = node[at]!.input!;
  node[at]!.input![0] = 'between';
  node.splice(at, 0, { name: 'between', op, input: op === 'Cast' ? [source!] : [source!, size], attr });
  await expect(logits(document)).rejects.toThrow(sentence);
});
