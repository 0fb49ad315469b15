import type { ForeignKind } from './foreign-kind';
import { hasTeachableLabels } from './labels';
import {
  isHdf5,
  isKerasArchive,
  isOnnx,
  isSafetensors,
  isShardIndex,
  isTeachableMachineZip,
  isTfjsModel,
  isTorch,
} from './signs';

/** Keras' own tutorials: ImageDataGenerator(rescale=1/255), load_img(target_size). */
const kerasCustom = { scale: '0-1', fit: 'stretch', custom: 'Keras' } as const;

const teachableCustom = { scale: 'x/127-1', fit: 'crop', custom: 'Teachable Machine' } as const;

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
  {
    name: 'keras',
    title: 'Keras (.keras)',
    recognises: isKerasArchive,
    read: async (...of) => (await import('../keras/keras-archive.js')).readKerasArchive(...of),
    usual: kerasCustom,
  },
  {
    name: 'keras-h5',
    title: 'Keras (.h5)',
    recognises: isHdf5,
    read: async (...of) => (await import('../keras/keras-h5.js')).readKerasH5(...of),
    usual: kerasCustom,
    usualBeside: async (file) => ((await hasTeachableLabels(file)) ? teachableCustom : null),
  },
  {
    name: 'tfjs',
    title: 'TensorFlow.js (model.json)',
    recognises: isTfjsModel,
    read: async (...of) => (await import('../tfjs/tfjs-model.js')).readTfjsModel(...of),
    usual: { ...kerasCustom, custom: 'TensorFlow.js' },
    usualBeside: async (file) => {
      const { isTeachableMachineBeside } = await import('../tfjs/teachable-preprocessing.js');
      return (await isTeachableMachineBeside(file)) ? teachableCustom : null;
    },
  },
  {
    name: 'teachable-machine',
    title: 'Teachable Machine (.zip)',
    recognises: isTeachableMachineZip,
    read: async (...of) => (await import('../tfjs/teachable-machine.js')).readTeachableMachineZip(...of),
    usual: teachableCustom,
  },
];
