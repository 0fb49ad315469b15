/** What a person wants to know of a method before choosing it. */
export interface MethodCard {
  readonly name: string;
  readonly title: string;
  /** What its values are, for a colour bar. */
  readonly unit: string;
  /** Authors and year. */
  readonly paper: string;
  readonly needsGradient: boolean;
  /** In passes of the network. */
  readonly cost: string;
  /** Names of the options it takes besides the target and those of every long run. */
  readonly options: readonly string[];
}

/** Every method, in the order in which a reader meets them. */
export const catalogue: readonly MethodCard[] = [
  {
    name: 'saliency',
    title: 'Saliency map',
    unit: '|∂logit/∂input|',
    paper: 'Simonyan et al. 2014',
    needsGradient: true,
    cost: 'one forward and one backward pass',
    options: [],
  },
  {
    name: 'input-x-gradient',
    title: 'Input × gradient',
    unit: 'input × gradient, logit',
    paper: 'Shrikumar et al. 2016',
    needsGradient: true,
    cost: 'one forward and one backward pass',
    options: [],
  },
  {
    name: 'smoothgrad',
    title: 'SmoothGrad',
    unit: '|∂logit/∂input|, smoothed',
    paper: 'Smilkov et al. 2017',
    needsGradient: true,
    cost: 'a backward pass for each of 25 noisy copies',
    options: ['samples', 'noise', 'statistic', 'seed'],
  },
  {
    name: 'integrated-gradients',
    title: 'Integrated gradients',
    unit: 'share of the logit',
    paper: 'Sundararajan et al. 2017',
    needsGradient: true,
    cost: 'a backward pass for each of 50 points',
    options: ['steps', 'baseline'],
  },
  {
    name: 'deconvolution',
    title: 'Deconvolution',
    unit: '|backward signal|',
    paper: 'Zeiler and Fergus 2014',
    needsGradient: true,
    cost: 'one forward and one backward pass',
    options: [],
  },
  {
    name: 'guided-backpropagation',
    title: 'Guided backpropagation',
    unit: '|backward signal|',
    paper: 'Springenberg et al. 2015',
    needsGradient: true,
    cost: 'one forward and one backward pass',
    options: [],
  },
  {
    name: 'occlusion',
    title: 'Occlusion sensitivity',
    unit: 'drop of the logit',
    paper: 'Zeiler and Fergus 2014',
    needsGradient: false,
    cost: 'part of a forward pass for each position of the occluder',
    options: ['size', 'stride', 'fill', 'seed', 'growth', 'coarse', 'refine', 'check'],
  },
  {
    name: 'cam',
    title: 'Class activation map',
    unit: 'share in the logit',
    paper: 'Zhou et al. 2016',
    needsGradient: false,
    cost: 'one forward pass',
    options: [],
  },
  {
    name: 'grad-cam',
    title: 'Grad-CAM',
    unit: 'evidence',
    paper: 'Selvaraju et al. 2017',
    needsGradient: true,
    cost: 'one forward and a part of a backward pass',
    options: ['layer'],
  },
  {
    name: 'grad-cam-plus-plus',
    title: 'Grad-CAM++',
    unit: 'evidence',
    paper: 'Chattopadhay et al. 2018',
    needsGradient: true,
    cost: 'one forward and a part of a backward pass',
    options: ['layer'],
  },
  {
    name: 'hires-cam',
    title: 'HiResCAM',
    unit: 'evidence, logit',
    paper: 'Draelos and Carin 2020',
    needsGradient: true,
    cost: 'one forward and a part of a backward pass',
    options: ['layer'],
  },
  {
    name: 'layer-cam',
    title: 'LayerCAM',
    unit: 'evidence',
    paper: 'Jiang et al. 2021',
    needsGradient: true,
    cost: 'one forward and a part of a backward pass',
    options: ['layer'],
  },
  {
    name: 'xgrad-cam',
    title: 'XGrad-CAM',
    unit: 'evidence',
    paper: 'Fu et al. 2020',
    needsGradient: true,
    cost: 'one forward and a part of a backward pass',
    options: ['layer'],
  },
  {
    name: 'score-cam',
    title: 'Score-CAM',
    unit: 'evidence',
    paper: 'Wang et al. 2020',
    needsGradient: false,
    cost: 'one forward pass for each channel of the layer',
    options: ['layer'],
  },
  {
    name: 'ablation-cam',
    title: 'Ablation-CAM',
    unit: 'evidence',
    paper: 'Desai and Ramaswamy 2020',
    needsGradient: false,
    cost: 'the layers above the chosen one, for each of its channels',
    options: ['layer'],
  },
  {
    name: 'eigen-cam',
    title: 'Eigen-CAM',
    unit: 'first component',
    paper: 'Muhammad and Yeasin 2020',
    needsGradient: false,
    cost: 'one forward pass',
    options: ['layer'],
  },
  {
    name: 'rise',
    title: 'RISE',
    unit: 'probability where visible',
    paper: 'Petsiuk et al. 2018',
    needsGradient: false,
    cost: 'one forward pass for each of 4,000 masks',
    options: ['masks', 'cells', 'visible', 'seed'],
  },
  {
    name: 'lime',
    title: 'LIME',
    unit: 'weight in the linear model',
    paper: 'Ribeiro et al. 2016',
    needsGradient: false,
    cost: 'one forward pass for each of 1,000 copies',
    options: ['samples', 'segments', 'kernelWidth', 'penalty', 'seed'],
  },
];

/** What shows the network itself rather than why it decided as it did: no map of the photo comes out. */
export const views: readonly MethodCard[] = [
  {
    name: 'feature-maps',
    title: 'Feature maps',
    unit: 'activation',
    paper: 'Zeiler and Fergus 2014',
    needsGradient: false,
    cost: 'one forward pass',
    options: ['layer', 'channels'],
  },
  {
    name: 'activation-maximisation',
    title: 'Activation maximisation',
    unit: 'colour',
    paper: 'Simonyan et al. 2014',
    needsGradient: true,
    cost: 'a backward pass for each of 128 steps',
    options: ['layer', 'channel', 'steps', 'rate', 'jitter', 'blurEvery', 'seed'],
  },
];
