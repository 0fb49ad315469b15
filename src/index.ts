export type { Attribution, OcclusionGrid, OptionValue, TargetScore } from './explain/attribution';
export { type AttributionJson, attributionToJson, loadAttribution, saveAttribution } from './explain/attribution-file';
export { AbortedError, WhylightError } from './explain/errors';
export { type LoadPhotoOptions, loadPhoto } from './explain/image/load-photo';
export { prepareInput } from './explain/image/prepare';
export type { NetworkInput, Preprocessing } from './explain/image/preprocessing';
export { resizeBilinear } from './explain/image/resize';
export type { CropBox, ImageSample } from './explain/image/sample';
export type { Graph, GraphNode, Operation } from './explain/network/graph';
export type { Network, Parameter } from './explain/network/network';
export { decodeNpy, encodeNpy } from './explain/npy';
export type { Progress, RunOptions } from './explain/progress';
export type { Figure } from './plots/figure';
export {
  type BackgroundRole,
  type LabelledScene,
  type LabelledSpec,
  type SceneDatasetOptions,
  sceneDataset,
  sceneSpecs,
} from './scenes/dataset';
export { ownBackground, type RandomSceneOptions, randomScene, rivalBackground } from './scenes/random-scene';
export { drawScene, type Scene, type SceneObject } from './scenes/scene';
export {
  type AnimalKind,
  animalKinds,
  type BackgroundKind,
  type BackgroundSpec,
  backgroundKinds,
  type DistractorKind,
  distractorKinds,
  type ObjectKind,
  type ObjectSpec,
  type SceneSpec,
} from './scenes/spec';
export {
  besidePerson,
  competingScene,
  instancesScene,
  keepObjects,
  onWhite,
  resizeScene,
  type StudySceneOptions,
  singleScene,
  swapBackground,
} from './scenes/study-scenes';
export { type WrittenDataset, writeSceneDataset } from './scenes/write-dataset';
