import { WhylightError } from '../explain/errors';
import type { MethodCall } from '../explain/explain-all';
import { findMethod } from '../explain/methods/index';
import { integratedGradientsMethod } from '../explain/methods/integrated-gradients';
import { chooseLayers } from '../explain/methods/layer-map';
import { obstacle } from '../explain/methods/obstacle';
import type { OcclusionFill } from '../explain/methods/occluder-fill';
import { occlusionMethod } from '../explain/methods/occlusion';
import type { Network } from '../explain/network/network';
import { isSupported, type NearestSupport, nearestSupport, type SupportEntry, supportEntries } from './method-support';

const steps = 24;

/** Options of one method for a network's input: an occluder of a seventh of its shorter side. */
function settings(name: string, { inputShape: [height, width] }: Network, fill: OcclusionFill) {
  if (name === integratedGradientsMethod.name) return { steps };
  if (name !== occlusionMethod.name) return {};
  const size = Math.max(1, Math.round(Math.min(height, width) / 7));
  return { size, stride: Math.max(1, Math.round(size / 2)), fill };
}

/** Three ways to ask a network: what its last map of features holds, how the score slopes, what it loses when a part is covered. */
const ways = {
  features: ['cam', 'grad-cam', 'hires-cam', 'layer-cam', 'eigen-cam'],
  slopes: ['integrated-gradients', 'saliency', 'smoothgrad', 'input-x-gradient', 'guided-backpropagation'],
  covering: ['occlusion', 'rise', 'lime'],
} as const;
type Way = keyof typeof ways;

/** By what the methods of an explanation were chosen. */
export type WhyChoice =
  | { readonly by: 'request' }
  /** With the nearest evaluation, which supports none of its methods; null where there is none. */
  | { readonly by: 'rule'; readonly evaluation: (WhyEvaluation & { readonly measured: number }) | null }
  | {
      readonly by: 'evaluation';
      readonly evaluation: WhyEvaluation;
      /** Ways of which the evaluation supports no method that the network allows, and how many of their methods it measured. */
      readonly without: readonly { readonly way: Way; readonly measured: number }[];
    };

/** An evaluation that methods are chosen by. */
interface WhyEvaluation {
  /** Of this network, of one of the same form, or of another. */
  readonly relation: NearestSupport['relation'];
  /** The network that was evaluated, and on what. */
  readonly network: string;
  readonly data: string;
  readonly photos: number;
}

/** What asks, and by what it was chosen. */
export interface WhyMethods {
  readonly calls: readonly MethodCall[];
  readonly choice: WhyChoice;
}

const allows = (network: Network, name: string) => obstacle(findMethod(name), network) === null;

/** A network without maps of features has none to look at. */
const hasFeatures = (network: Network) => chooseLayers(network, undefined).rule !== 'last map';

/**
 * Methods that ask a network in three ways: what its last map of features holds (class activation maps, Grad-CAM where no
 * pooled head reads them), how the score slopes (integrated gradients), and what it loses when a part is covered (occlusion).
 * None shares its way with another, so that where they agree it is not by construction. Of each way the best one that the
 * nearest evaluation supports (`isSupported`), none where it supports none; these where there is no evaluation, or it supports
 * no method at all.
 *
 * @param names instead of these.
 * @param entries what evaluations found. Default: those that come with the project.
 * @throws WhylightError for an unknown method, and for one that the network does not allow.
 */
export function whyMethods(
  network: Network,
  fill: OcclusionFill,
  names?: readonly string[],
  entries: readonly SupportEntry[] = supportEntries(),
): WhyMethods {
  const call = (name: string) => ({ method: findMethod(name), options: settings(name, network, fill) });
  if (names === undefined) {
    const { list, choice } = evaluatedMethods(network, nearestSupport(network, entries));
    return { calls: list.map(call), choice };
  }
  if (names.length === 0) throw new WhylightError('no method was named (needed: one at least)');
  const calls = [...new Set(names)].map((name) => {
    const why = obstacle(findMethod(name), network);
    if (why !== null) throw new WhylightError(`${network.name} does not allow ${name}: ${why}`);
    return call(name);
  });
  return { calls, choice: { by: 'request' } };
}

interface Chosen {
  readonly list: readonly string[];
  readonly choice: WhyChoice;
}

function usualMethods(network: Network): readonly string[] {
  const features = ['cam', 'grad-cam'].filter((name) => hasFeatures(network) && allows(network, name)).slice(0, 1);
  return [...features, 'integrated-gradients', 'occlusion'];
}

/** Of each way the supported method with the highest value; by rule where there is no evaluation, or it supports none. */
function evaluatedMethods(network: Network, nearest: NearestSupport | null): Chosen {
  if (nearest === null) return { list: usualMethods(network), choice: { by: 'rule', evaluation: null } };
  const { entry, relation } = nearest;
  const { title, data, photos, methods } = entry;
  const evaluation = { relation, network: title, data, photos };
  const supported = methods.filter(isSupported).sort((a, b) => b.value - a.value);
  const isOf = (way: Way, name: string) => (ways[way] as readonly string[]).includes(name);
  const best = (way: Way) => {
    if (way === 'features' && !hasFeatures(network)) return undefined;
    return supported.find(({ name }) => isOf(way, name) && allows(network, name))?.name;
  };
  const all = Object.keys(ways) as Way[];
  const list = all.flatMap((way) => best(way) ?? []);
  if (list.length === 0) {
    return {
      list: usualMethods(network),
      choice: { by: 'rule', evaluation: { ...evaluation, measured: methods.length } },
    };
  }
  const without = all
    .filter((way) => best(way) === undefined)
    .map((way) => ({ way, measured: methods.filter(({ name }) => isOf(way, name)).length }));
  return { list, choice: { by: 'evaluation', evaluation, without } };
}
