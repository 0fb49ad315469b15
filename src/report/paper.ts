import { difference, verdictOf } from './claims/verdict';
import { common, method, network, occluder, target } from './figures/entry';
import { captioned } from './figures/panel';
import { called } from './network-names';
import { decimal, percentage } from './numbers';
import { plural, verdict } from './prose/grammar';
import { cite, equation, figureBlock, list, math, paragraph, prose, ref, sentences } from './prose/make';

/** What a kind of figure or a claim of one's own is written with: keys of a study, words, and verdicts. */
export const paper = {
  /** Schemas for a figure's keys: `common` are those of every kind. */
  keys: { common, network, target, method, occluder },
  prose,
  sentences,
  paragraph,
  equation,
  math,
  cite,
  ref,
  list,
  plural,
  decimal,
  percentage,
  /** How sentences speak of a network. */
  called,
  figureBlock,
  captioned,
  difference,
  verdictOf,
  verdict,
} as const;
