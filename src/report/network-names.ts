import type { Network } from '../explain/network/network';
import type { Study } from './study';

/** By the name of a network's card: what a study says of it. */
export type NetworkNames = ReadonlyMap<string, Partial<Study['networks'][string]>>;

/** Finds what a study says of the networks that were loaded, by their cards. */
export function networkNames(study: Study, loaded: ReadonlyMap<string, Network>): NetworkNames {
  const said = new Map(Object.values(study.networks).map((named) => [named.card, named]));
  return new Map([...loaded].map(([card, { name }]) => [name, said.get(card) ?? {}]));
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

/** With a capital letter first. */
export const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Inside a sentence: an article at the start loses its capital letter, a name keeps it. */
export const inSentence = (text: string) => text.replace(/^(?:A|An|The)(?= )/, (article) => article.toLowerCase());
