export { z } from 'zod';
export { type BackgroundBias, type BackgroundBiasOptions, backgroundBias } from './analyses/background-bias';
export {
  type BackgroundFlip,
  type BackgroundFlips,
  type BackgroundFlipsOptions,
  backgroundFlips,
  type FlipBackground,
  type FlipSubject,
  type FlipTrial,
} from './analyses/background-flips';
export { baselineMaps } from './analyses/baseline-maps';
export { type CamInstances, camInstances } from './analyses/cam-instances';
export { type CamPointing, camPointing } from './analyses/cam-pointing';
export { type ClassesCompared, type CompareClassesOptions, compareClasses } from './analyses/compare-classes';
export { type DetectionCurve, detectionCurves } from './analyses/detection';
export { type Detection, detectionOf } from './analyses/detection-of';
export { type EvaluateOptions, type Evaluation, evaluate, type MeasureCall } from './analyses/evaluate';
export { evaluationFindings } from './analyses/evaluation-findings';
export type { EvaluatedMap, MapSource } from './analyses/evaluation-maps';
export { evaluationMasked } from './analyses/evaluation-masked';
export type { EvaluationPhoto } from './analyses/evaluation-photo';
export { detectionPicture, measurePicture } from './analyses/evaluation-pictures';
export { evaluationScenes } from './analyses/evaluation-scenes';
export { type EvaluationSummary, summarise } from './analyses/evaluation-summary';
export { type ExplainPhotoOptions, explainPhoto, type PhotoExplanation } from './analyses/explain-photo';
export {
  type ClassPair,
  type GradientDiscrimination,
  gradientDiscrimination,
  rivalClassPairs,
} from './analyses/gradient-discrimination';
export {
  type Interventions,
  type InterventionsOptions,
  interventions,
  type MeanWorth,
  type ThingWorth,
  thingWorths,
} from './analyses/interventions';
export { mapFiles } from './analyses/map-files';
export {
  type BackgroundPicture,
  drawnBackgrounds,
  type ObjectPhoto,
  type PhotoSubjectsOptions,
  photoBackgrounds,
  photoSubjects,
} from './analyses/photo-subjects';
export { comparePooling, type PooledOutcome, type PoolingCompared, pooledOutcome } from './analyses/pooling-compared';
export { type RivalEffect, rivalEffect } from './analyses/rival-effect';
export { type RivalScene, rivalScenes, type SceneSample } from './analyses/rival-scenes';
export { maskInInput, objectMasks } from './analyses/scene-input';
export { type SceneSubjectsOptions, sceneSubjects } from './analyses/scene-subjects';
export { type SegmentFlip, type SegmentFlips, type SegmentFlipsOptions, segmentFlips } from './analyses/segment-flips';
export type { PairScores, SmallestChange } from './analyses/smallest-change';
export { type SceneTraining, type TrainOnScenesOptions, trainOnScenes } from './analyses/train-on-scenes';
export { type UnevenPointing, unevenPointing } from './analyses/uneven-pointing';
export { type Why, type WhyOptions, why } from './analyses/why';
export type { WhyNumbers } from './analyses/why-numbers';
export type { Sentence } from './analyses/why-sentences';
export {
  type ActivationMaximisationOptions,
  activationMaximisation,
  type MaximisedActivation,
} from './explain/activation-maximisation';
export type { Attribution, BestClasses, OcclusionGrid, OptionValue, TargetScore } from './explain/attribution';
export { type AttributionJson, attributionToJson, loadAttribution, saveAttribution } from './explain/attribution-file';
export { type Classification, type ClassScore, classify } from './explain/classify';
export {
  changeRegions,
  type DecisionFlip,
  type DecisionFlipOptions,
  decisionFlip,
  type RegionChanges,
} from './explain/decision-flip';
export { type Answer, answerOf, type DecisionMargin, decisionMargin } from './explain/decision-margin';
export { AbortedError, WhylightError } from './explain/errors';
export { explainAll, type MethodCall } from './explain/explain-all';
export { type FeatureMaps, type FeatureMapsOptions, featureMaps } from './explain/feature-maps';
export { type LoadPhotoOptions, loadPhoto } from './explain/image/load-photo';
export { loadMask } from './explain/image/object-mask';
export { prepareInput } from './explain/image/prepare';
export type { NetworkInput, Preprocessing } from './explain/image/preprocessing';
export { resizeBilinear } from './explain/image/resize';
export type { CropBox, ImageSample } from './explain/image/sample';
export { type Look, look, withLook } from './explain/look';
export { type Agreement, mapAgreement } from './explain/measures/agreement';
export {
  defineMeasure,
  type Measure,
  type MeasureCase,
  type MeasureDescription,
  type MeasuredMap,
  type MeasureOutcome,
  type Thing,
} from './explain/measures/define-measure';
export { mapGrain } from './explain/measures/grain';
export { findMeasure, measures } from './explain/measures/index';
export { massInside } from './explain/measures/mass-inside';
export { mapByMethod } from './explain/measures/remake';
export { type AblationCamOptions, ablationCam } from './explain/methods/ablation-cam';
export { type CamOptions, cam } from './explain/methods/cam';
export { type DeconvolutionOptions, deconvolution } from './explain/methods/deconvolution';
export {
  defineMethod,
  type Method,
  type MethodDescription,
  type MethodOptions,
  type View,
} from './explain/methods/define-method';
export { eigenCam } from './explain/methods/eigen-cam';
export { gradCam } from './explain/methods/grad-cam';
export { gradCamPlusPlus } from './explain/methods/grad-cam-plus-plus';
export { type GuidedBackpropagationOptions, guidedBackpropagation } from './explain/methods/guided-backpropagation';
export { hiresCam } from './explain/methods/hires-cam';
export { findMethod, methods, views } from './explain/methods/index';
export { type InputXGradientOptions, inputXGradient } from './explain/methods/input-x-gradient';
export { type IntegratedGradientsOptions, integratedGradients } from './explain/methods/integrated-gradients';
export { layerCam } from './explain/methods/layer-cam';
export type { LayerOptions } from './explain/methods/layer-map';
export { type LimeOptions, lime } from './explain/methods/lime';
export { type OcclusionFill, occlusionFills } from './explain/methods/occluder-fill';
export { type ApproximationOptions, type OcclusionOptions, occlusion } from './explain/methods/occlusion';
export { occlusionReference } from './explain/methods/occlusion-reference';
export { type RiseOptions, rise } from './explain/methods/rise';
export { type SaliencyOptions, saliency } from './explain/methods/saliency';
export { type ScoreCamOptions, scoreCam } from './explain/methods/score-cam';
export { type SmoothGradOptions, smoothgrad } from './explain/methods/smoothgrad';
export { xgradCam } from './explain/methods/xgrad-cam';
export { type ArchitectureDescription, defineArchitecture } from './explain/network/architectures/architecture';
export { listCards, type NetworkCard, readCard } from './explain/network/card';
export type { Graph, GraphNode, Operation } from './explain/network/graph';
export { GraphBuilder } from './explain/network/graph-builder';
export { type LayerRow, layerTable } from './explain/network/layer-table';
export { loadNetwork } from './explain/network/load-network';
export type { Network, Parameter } from './explain/network/network';
export type { FindOptions } from './explain/network/weights/find';
export { encodeSafetensors } from './explain/network/weights/safetensors';
export { decodeNpy, encodeNpy } from './explain/npy';
export type { Progress, RunOptions } from './explain/progress';
export { type Estimate, estimateMean, estimateShare } from './explain/statistics/estimate';
export type { ScoreTarget, Target } from './explain/target';
export { display } from './notebook/display';
export { markup } from './notebook/rich';
export { saveFigure } from './notebook/save-figure';
export { type BestClassGridOptions, bestClassGrid } from './plots/best-class-grid';
export { classPanel } from './plots/class-panel';
export { describeMap } from './plots/describe-map';
export { errorPanel } from './plots/error-panel';
export { type EstimateSeries, type EstimatesOptions, estimatesFigure } from './plots/estimates';
export { type FeatureGridOptions, featureGrid } from './plots/feature-grid';
export type { Figure } from './plots/figure';
export { type FlipPicture, flipPanel } from './plots/flip-panel';
export { type MapSliderOptions, mapSlider } from './plots/map-slider';
export { maximisedPanel } from './plots/maximised-panel';
export { methodPanel, type PanelOptions } from './plots/method-panel';
export { type OccluderSliderOptions, occluderSlider } from './plots/occluder-slider';
export { type OcclusionGridOptions, occlusionGrid } from './plots/occlusion-grid';
export { type OcclusionRowOptions, occlusionRow } from './plots/occlusion-row';
export { type OverlayOptions, overlay } from './plots/overlay';
export { type OverlayPngOptions, overlayPng } from './plots/overlay-png';
export { photoFigure } from './plots/photo';
export { scoreBars } from './plots/score-bars';
export { type Addition, use } from './report/additions';
export { type Claim, defineClaim } from './report/claims/claim';
export { type Environment, realEnvironment } from './report/environment';
export { defineFigure, type FigureKind, type FigureResult } from './report/figures/kind';
export { paper } from './report/paper';
export { makeReport, type Report, type ReportOptions, writeReport } from './report/report';
export { parseStudy, readStudy, type Study } from './report/study';
export {
  type BackgroundRole,
  type LabelledScene,
  type LabelledSpec,
  type SceneDatasetOptions,
  sceneDataset,
  sceneSpecs,
} from './scenes/dataset';
export type { EffectKind, EffectSpec } from './scenes/effects/effect';
export type { EffectOptions } from './scenes/random-effects';
export { ownBackground, type RandomSceneOptions, randomScene, rivalBackground } from './scenes/random-scene';
export { drawScene, type Scene, type SceneEffect, type SceneObject } from './scenes/scene';
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
export { withoutEffect } from './scenes/without-effect';
export { type WrittenDataset, writeSceneDataset } from './scenes/write-dataset';
