import { activationMaximisationView } from '../activation-maximisation';
import { didYouMean } from '../did-you-mean';
import { WhylightError } from '../errors';
import { featureMapsView } from '../feature-maps';
import { ablationCamMethod } from './ablation-cam';
import { camMethod } from './cam';
import { deconvolutionMethod } from './deconvolution';
import type { Method, View } from './define-method';
import { eigenCamMethod } from './eigen-cam';
import { gradCamMethod } from './grad-cam';
import { gradCamPlusPlusMethod } from './grad-cam-plus-plus';
import { guidedBackpropagationMethod } from './guided-backpropagation';
import { hiresCamMethod } from './hires-cam';
import { inputXGradientMethod } from './input-x-gradient';
import { integratedGradientsMethod } from './integrated-gradients';
import { layerCamMethod } from './layer-cam';
import { limeMethod } from './lime';
import { occlusionMethod } from './occlusion';
import { riseMethod } from './rise';
import { saliencyMethod } from './saliency';
import { scoreCamMethod } from './score-cam';
import { smoothgradMethod } from './smoothgrad';
import { xgradCamMethod } from './xgrad-cam';

const list: Method[] = [
  saliencyMethod,
  inputXGradientMethod,
  smoothgradMethod,
  integratedGradientsMethod,
  deconvolutionMethod,
  guidedBackpropagationMethod,
  occlusionMethod,
  camMethod,
  gradCamMethod,
  gradCamPlusPlusMethod,
  hiresCamMethod,
  layerCamMethod,
  xgradCamMethod,
  scoreCamMethod,
  ablationCamMethod,
  eigenCamMethod,
  riseMethod,
  limeMethod,
];

/** Every method, in the order in which a reader meets them; those added by `use` come last. */
export const methods: readonly Method[] = list;

/** What shows the network itself rather than why it decided as it did. */
export const views: readonly View[] = [featureMapsView, activationMaximisationView];

/** Finds a method by name. Throws WhylightError listing all for an unknown one. */
export const findMethod = (name: string): Method => find(methods, name);

/** Finds a method or a view. Throws WhylightError listing all for an unknown one. */
export const findCard = (name: string): Method | View => find<Method | View>([...methods, ...views], name);

function find<T extends { readonly name: string }>(all: readonly T[], name: string): T {
  const card = all.find((one) => one.name === name);
  if (card !== undefined) return card;
  const names = all.map((one) => one.name);
  throw new WhylightError(`unknown method: ${name} (known: ${names.join(', ')}${didYouMean(name, names)})`);
}

/**
 * Adds a method for as long as the program runs.
 * @param replaces puts it in the place of the one of its name. Default false.
 * @throws WhylightError for what `defineMethod` did not make, and for a name that there is.
 */
export function addMethod(method: Method, replaces = false): void {
  if (typeof method.explain !== 'function' || typeof method.parse !== 'function') {
    throw new WhylightError('a method is what defineMethod returns');
  }
  const place = list.findIndex(({ name }) => name === method.name);
  if (!replaces && [...methods, ...views].some(({ name }) => name === method.name)) {
    throw new WhylightError(`there is a method or view ${method.name} already (give yours another name)`);
  }
  list.splice(replaces ? place : list.length, replaces ? 1 : 0, method);
}
