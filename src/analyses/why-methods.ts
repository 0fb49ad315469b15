import { WhylightError } from '../explain/errors';
import type { MethodCall } from '../explain/explain-all';
import { camMethod } from '../explain/methods/cam';
import { gradCamMethod } from '../explain/methods/grad-cam';
import { findMethod } from '../explain/methods/index';
import { integratedGradientsMethod } from '../explain/methods/integrated-gradients';
import { chooseLayers } from '../explain/methods/layer-map';
import { obstacle } from '../explain/methods/obstacle';
import type { OcclusionFill } from '../explain/methods/occluder-fill';
import { occlusionMethod } from '../explain/methods/occlusion';
import type { Network } from '../explain/network/network';

const steps = 24;

/** Options of one method for a network's input: an occluder of a seventh of its shorter side. */
function settings(name: string, { inputShape: [height, width] }: Network, fill: OcclusionFill) {
  if (name === integratedGradientsMethod.name) return { steps };
  if (name !== occlusionMethod.name) return {};
  const size = Math.max(1, Math.round(Math.min(height, width) / 7));
  return { size, stride: Math.max(1, Math.round(size / 2)), fill };
}

/**
 * Methods that ask a network in three ways: what its last map of features holds (class activation maps, Grad-CAM where no
 * pooled head reads them), how the score slopes (integrated gradients), and what it loses when a part is covered (occlusion).
 * None shares its way with another, so that where they agree it is not by construction.
 *
 * @param names instead of these.
 * @throws WhylightError for an unknown method, and for one that the network does not allow.
 */
export function whyMethods(network: Network, fill: OcclusionFill, names?: readonly string[]): readonly MethodCall[] {
  const call = (method: MethodCall['method']) => ({ method, options: settings(method.name, network, fill) });
  if (names === undefined) {
    const usual = [camMethod, gradCamMethod].filter((method) => obstacle(method, network) === null).slice(0, 1);
    // A network without maps of features has none to look at.
    const layered = chooseLayers(network, undefined).rule === 'last map' ? [] : usual;
    return [...layered, integratedGradientsMethod, occlusionMethod].map(call);
  }
  if (names.length === 0) throw new WhylightError('no method was named (needed: one at least)');
  return [...new Set(names)].map((name) => {
    const method = findMethod(name);
    const why = obstacle(method, network);
    if (why !== null) throw new WhylightError(`${network.name} does not allow ${name}: ${why}`);
    return call(method);
  });
}
