import type { Attribution } from '../attribution';
import { WhylightError } from '../errors';
import type { ImageSample } from '../image/sample';
import type { Network } from '../network/network';
import { ablationCam } from './ablation-cam';
import { cam } from './cam';
import { catalogue, type MethodCard } from './catalogue';
import { deconvolution } from './deconvolution';
import { eigenCam } from './eigen-cam';
import { gradCam } from './grad-cam';
import { gradCamPlusPlus } from './grad-cam-plus-plus';
import { guidedBackpropagation } from './guided-backpropagation';
import { hiresCam } from './hires-cam';
import { inputXGradient } from './input-x-gradient';
import { integratedGradients } from './integrated-gradients';
import { layerCam } from './layer-cam';
import { lime } from './lime';
import { occlusion } from './occlusion';
import { rise } from './rise';
import { saliency } from './saliency';
import { scoreCam } from './score-cam';
import { smoothGrad } from './smooth-grad';
import { xgradCam } from './xgrad-cam';

/** One attribution method. */
export interface Method extends MethodCard {
  // biome-ignore lint/suspicious/noExplicitAny: each method types its own options; the table only passes them on.
  readonly run: (network: Network, photo: ImageSample, options?: any) => Promise<Attribution>;
}

const runs: Readonly<Record<string, Method['run']>> = {
  saliency,
  'input-x-gradient': inputXGradient,
  smoothgrad: smoothGrad,
  'integrated-gradients': integratedGradients,
  deconvolution,
  'guided-backpropagation': guidedBackpropagation,
  occlusion,
  cam,
  'grad-cam': gradCam,
  'grad-cam-plus-plus': gradCamPlusPlus,
  'hires-cam': hiresCam,
  'layer-cam': layerCam,
  'xgrad-cam': xgradCam,
  'score-cam': scoreCam,
  'ablation-cam': ablationCam,
  'eigen-cam': eigenCam,
  rise,
  lime,
};

/** Every method, in the order in which a reader meets them. */
export const methods: readonly Method[] = catalogue.map((card) => ({ ...card, run: runs[card.name]! }));

/** Finds a method by name. Throws WhylightError listing all for an unknown one. */
export function findMethod(name: string): Method {
  const found = methods.find((method) => method.name === name);
  if (found === undefined) {
    throw new WhylightError(`unknown method: ${name} (known: ${methods.map((method) => method.name).join(', ')})`);
  }
  return found;
}
