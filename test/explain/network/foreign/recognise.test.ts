import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, expect, test } from 'vitest';
import { WhylightError } from '../../../../src/explain/errors';
import type { ForeignKind } from '../../../../src/explain/network/foreign/foreign-kind';
import { foreignKinds } from '../../../../src/explain/network/foreign/kinds';
import { peek } from '../../../../src/explain/network/foreign/peek';
import { recognise } from '../../../../src/explain/network/foreign/recognise';
import {
  isHdf5,
  isKerasArchive,
  isOnnx,
  isSafetensors,
  isShardIndex,
  isTeachableMachineZip,
  isTfjsModel,
  isTorch,
} from '../../../../src/explain/network/foreign/signs';

const signs = {
  isOnnx,
  isHdf5,
  isKerasArchive,
  isTeachableMachineZip,
  isTfjsModel,
  isShardIndex,
  isSafetensors,
  isTorch,
};

const folder = mkdtempSync(path.join(tmpdir(), 'whylight-kinds-'));
afterAll(() => rmSync(folder, { recursive: true }));

const text = (words: string) => Buffer.from(words, 'utf8');
const bytes = (...values: number[]) => Buffer.from(values);
const zip = (...names: string[]) => Buffer.from(zipSync(Object.fromEntries(names.map((name) => [name, text('x')]))));
const latin = (words: string) => Buffer.from(words, 'latin1');

let count = 0;
/** Names say nothing, or something else. */
function save(content: Uint8Array, name = `file${count++}.onnx`): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** Safetensors of one number. */
function safetensors(): Buffer {
  const header = text('{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(4)]);
}

const ours: readonly [string, Uint8Array, keyof typeof signs][] = [
  ['ONNX with a producer', Buffer.concat([bytes(0x08, 8, 0x12, 7), text('pytorch'), bytes(0x3a, 4)]), 'isOnnx'],
  ['ONNX with its graph at once', bytes(0x08, 10, 0x3a, 0x90, 1, 0x0a, 3), 'isOnnx'],
  ['ONNX without a version', bytes(0x3a, 0x90, 1, 0x0a, 3), 'isOnnx'],
  ['HDF5', latin('\x89HDF\r\n\x1a\n\0\0'), 'isHdf5'],
  ['HDF5 behind a block of the user', Buffer.concat([Buffer.alloc(512), latin('\x89HDF\r\n\x1a\n')]), 'isHdf5'],
  ['a Keras archive', zip('metadata.json', 'config.json', 'model.weights.h5'), 'isKerasArchive'],
  ['Teachable Machine, TensorFlow.js', zip('model.json', 'weights.bin', 'metadata.json'), 'isTeachableMachineZip'],
  ['Teachable Machine, Keras', zip('keras_model.h5', 'labels.txt'), 'isTeachableMachineZip'],
  ['the same in a folder', zip('my-model/keras_model.h5', 'my-model/labels.txt'), 'isTeachableMachineZip'],
  ['TensorFlow.js layers', text('{"format": "layers-model", "modelTopology": {}}'), 'isTfjsModel'],
  ['a TensorFlow.js graph', text('{"format":"graph-model","weightsManifest":[]}'), 'isTfjsModel'],
  ['a shard index', text('{"metadata":{"total_size":4},"weight_map":{"a":"b"}}'), 'isShardIndex'],
  ['safetensors', safetensors(), 'isSafetensors'],
  ['PyTorch’s zip', zip('model/data.pkl', 'model/version', 'model/data/0'), 'isTorch'],
  ['TorchScript', zip('model/data.pkl', 'model/constants.pkl', 'model/code/__torch__.py'), 'isTorch'],
  ['PyTorch’s old format', bytes(0x80, 2, 0x8a, 0x0a), 'isTorch'],
];

test.each(ours)('%s is told by its bytes, and is nothing else', async (_, content, sign) => {
  const seen = await peek(save(content));
  const positive = Object.entries(signs).flatMap(([name, is]) => (is(seen) ? [name] : []));
  expect(positive).toEqual([sign]);
});

const others: readonly [string, Uint8Array, RegExp][] = [
  ['nothing', bytes(), /: the file is empty/],
  ['a web page', text('\n<!DOCTYPE html><html><title>Sign in</title>'), /: it is a web page/],
  [
    'a Git LFS pointer',
    text('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'),
    /: it is a Git LFS pointer/,
  ],
  ['a JPEG', latin('\xff\xd8\xff\xe0\0\x10JFIF'), /: it is a picture/],
  ['a PNG', latin('\x89PNG\r\n\x1a\n'), /: it is a picture/],
  ['a WebP', latin('RIFF\0\0\0\0WEBPVP8 '), /: it is a picture/],
  ['a PDF', text('%PDF-1.7\n'), /: it is a PDF/],
  ['TensorFlow Lite', latin('\x1c\0\0\0TFL3\0\0'), /: it is a TensorFlow Lite model/],
  ['TensorFlow Lite in a zip', zip('model_unquant.tflite', 'labels.txt'), /: it is a TensorFlow Lite model/],
  [
    'a program of torch.export',
    zip('archive_format', 'models/model.json', 'version'),
    /: it is a program of torch\.export.*torch\.onnx\.export/,
  ],
  ['a SavedModel in a zip', zip('saved_model/saved_model.pb'), /: it is a TensorFlow SavedModel/],
  [
    'a SavedModel’s graph',
    Buffer.concat([bytes(0x08, 1, 0x12, 0xff, 0x7f, 0x0a, 0x20, 0x12, 0x1e), Buffer.alloc(40)]),
    /: it is the graph of a TensorFlow SavedModel/,
  ],
  [
    'a frozen graph',
    Buffer.concat([bytes(0x0a, 0x13, 0x0a, 5), text('input'), bytes(0x12, 11), text('Placeholder')]),
    /: it is a frozen TensorFlow graph/,
  ],
  [
    'Core ML',
    Buffer.concat([bytes(0x08, 4, 0x12, 0x20, 0x0a, 0x10, 0x0a, 5), text('image'), Buffer.alloc(20)]),
    /: it is a Core ML model/,
  ],
  ['NumPy arrays', zip('a.npy', 'b.npy'), /: it holds NumPy arrays/],
  ['a NumPy array', latin('\x93NUMPY\x01\0'), /: it is a NumPy array/],
  ['gzip', bytes(0x1f, 0x8b, 8, 0), /: it is an archive \(gzip\)/],
  ['a document', zip('[Content_Types].xml', 'word/document.xml'), /: it is a document/],
  ['another zip', zip('a.txt', 'b/c.csv'), /: it is a zip archive of something else: a\.txt, b\/c\.csv/],
  ['a zip cut off', zip('model/data.pkl').subarray(0, 20), /: it is a zip archive without its directory/],
  ['a zip whose names are hostile', zip('\u001b[31m\nred'), /: it is a zip archive of something else: \?\[31m\?red/],
  ['Python source', text('import torch\n\nclass Net(torch.nn.Module):\n'), /: it is Python source/],
  ['a notebook', text('{ "cells": [ { "cell_type": "code" } ], "nbformat": 4 }'), /: it is a notebook/],
  ['numbers', bytes(0, 1, 2, 3, 0xff, 0xfe), /: it is of no known kind \(its first bytes: 00 01 02 03 ff fe\)/],
];

const allowed: readonly ForeignKind[] = [
  {
    name: 'thing',
    title: 'a thing (.thing)',
    recognises: () => false,
    read: () => Promise.reject(new Error('not read')),
    usual: { scale: '0-1', fit: 'crop', custom: 'it' },
  },
];

test.each(others)('%s is called what it is, in one line', async (_, content, message) => {
  const file = save(content);
  const error = await recognise(file, allowed).catch((reason) => reason);
  expect(error).toBeInstanceOf(WhylightError);
  expect(error.message).toMatch(message);
  expect(error.message).toMatch(/^file\d+\.onnx: .*\(allowed: a network card \(\.yaml\), a thing \(\.thing\)\)$/);
  // Nor does the project take it for one of its own kinds.
  const seen = await peek(file);
  expect(foreignKinds.filter(({ recognises }) => recognises(seen))).toEqual([]);
});

test('text may be a card', async () => {
  expect(await recognise(save(text('title: Größe\narchitecture: resnet18\n'), 'card.onnx'), allowed)).toBeNull();
});

test('a folder is no file, and a SavedModel’s is called one', async () => {
  const saved = path.join(folder, 'saved');
  mkdirSync(saved);
  await expect(recognise(saved, allowed)).rejects.toThrow(/^saved: it is a folder \(allowed: /);
  writeFileSync(path.join(saved, 'model.json'), '{}');
  await expect(recognise(saved, allowed)).rejects.toThrow(
    /^saved: it is a folder: name a file in it, such as model\.json/,
  );
  writeFileSync(path.join(saved, 'saved_model.pb'), '');
  await expect(recognise(saved, allowed)).rejects.toThrow(/^saved: it is the folder of a TensorFlow SavedModel/);
});

test('what is not there is said', async () => {
  await expect(recognise(path.join(folder, 'absent.onnx'), allowed)).rejects.toThrow(
    /cannot read .*absent\.onnx: there is no such/,
  );
});

test('every beginning of a file is of some kind or refused in one line', async () => {
  for (const [, content] of [...ours, ...others]) {
    for (let length = 1; length < Math.min(content.length, 40); length += 3) {
      const kind = await recognise(save(content.subarray(0, length), 'cut.bin')).catch((reason) => reason);
      if (kind instanceof Error) {
        expect(kind).toBeInstanceOf(WhylightError);
        expect(kind.message).not.toContain('\n');
      }
    }
  }
});
