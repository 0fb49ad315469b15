import type { Network } from '../explain/network/network';
import { capitalised } from './prose/grammar';

/** A network as a study names it. */
interface NamedNetwork {
  readonly card: string;
  /** As a noun: `the fair classifier`. Default: the card's title. */
  readonly called?: string;
  /** How it came about, after `It was`. */
  readonly about?: string;
}

/** By the name of a network's card: what a study says of it. */
export type NetworkNames = ReadonlyMap<string, Partial<NamedNetwork>>;

/** Finds what a study says of the networks that were loaded, by their cards. */
export function networkNames(
  study: { readonly networks: Readonly<Record<string, NamedNetwork>> },
  loaded: ReadonlyMap<string, Network>,
): NetworkNames {
  const byCard = new Map(Object.values(study.networks).map((network) => [network.card, network]));
  return new Map([...loaded].map(([card, { name }]) => [name, byCard.get(card) ?? {}]));
}

/** How sentences speak of a network: as the study does, else by its card's title. */
export const called = (names: NetworkNames, { name, title }: { readonly name: string; readonly title: string }) =>
  names.get(name)?.called ?? title;

/** The same without its article, as a cell of a table says it. */
export const inTable = (names: NetworkNames, network: { readonly name: string; readonly title: string }) =>
  called(names, network).replace(/^(?:the|an?) /i, '');

/** The same with a capital first: headings and legends. */
export const headed = (names: NetworkNames, network: { readonly name: string; readonly title: string }) =>
  capitalised(inTable(names, network));
