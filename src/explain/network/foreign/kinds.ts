import type { ForeignKind } from './foreign-kind';
import { isOnnx, isSafetensors, isShardIndex, isTorch } from './signs';

/** Files in which people have their networks: what each is told by, and who reads it (loaded when there is one to read). */
export const foreignKinds: readonly ForeignKind[] = [
  {
    name: 'onnx',
    title: 'ONNX (.onnx)',
    recognises: isOnnx,
    read: async (...of) => (await import('../onnx/onnx-network.js')).readOnnxNetwork(...of),
    usual: { scale: 'imagenet', fit: 'crop', custom: 'torchvision' },
  },
  {
    name: 'torch',
    title: 'PyTorch weights (.pth, .ckpt, .safetensors, an index of shards)',
    recognises: (file) => isTorch(file) || isSafetensors(file) || isShardIndex(file),
    read: async (...of) => (await import('../weights/state-dict-network.js')).readStateDictNetwork(...of),
    usual: { scale: 'imagenet', fit: 'crop', custom: 'torchvision' },
  },
];
