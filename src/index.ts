export type { Attribution, OcclusionGrid, OptionValue, TargetScore } from './explain/attribution';
export { AbortedError, WhylightError } from './explain/errors';
export type { NetworkInput, Preprocessing } from './explain/image/preprocessing';
export type { CropBox, ImageSample } from './explain/image/sample';
export type { Graph, GraphNode, Operation } from './explain/network/graph';
export type { Network, Parameter } from './explain/network/network';
export type { Progress, RunOptions } from './explain/progress';
export type { Figure } from './plots/figure';
