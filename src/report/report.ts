import { readFileSync } from 'node:fs';
import path from 'node:path';
import { attributionToJson } from '../explain/attribution-file';
import { WhylightError } from '../explain/errors';
import { ensureWritableFolder, writeWhole } from '../explain/files';
import { loadNetwork } from '../explain/network/load-network';
import type { Network } from '../explain/network/network';
import type { FindOptions } from '../explain/network/weights/find';
import type { RunOptions } from '../explain/progress';
import { requireLetters } from '../page/letters';
import { cachedExplain, type ResultEvent } from './attribution-cache';
import { parseBibliography } from './bibliography';
import { describeClaims } from './claim-words';
import { type ClaimResults, measureClaims } from './claims';
import type { Environment } from './environment';
import { explainFigure, type FigureResult, networksOf } from './explain-figure';
import { describeFigures } from './figure-words';
import { cachedMaximise } from './maximised-cache';
import { cachedMeasure } from './measurement-cache';
import { networkNames } from './network-names';
import { printDocument } from '../page/print';
import { type RenderedSection, renderDocument } from './render';
import { appendices, sections, textValues } from './sections';
import type { Section, SectionContext } from './sections/section';
import type { Study, StudyFigure } from './study';
import { studyFonts } from './study-fonts';
import { requirePhotos, studyPhoto } from './study-photo';

/** What a report needs from outside. */
export interface ReportOptions extends RunOptions, Partial<Pick<FindOptions, 'mirror' | 'cache' | 'offline'>> {
  readonly environment: Environment;
  /** For the provenance: what the person typed. */
  readonly command: string;
  /** Folders in which the study's photo and font files lie. */
  readonly photoFolders: readonly string[];
  /** Folder of the maps and measurements that were computed before; null: compute all anew and keep none. */
  readonly mapCache: string | null;
  /** Told of every map and measurement: computed or cached, and how long it took. */
  readonly onResult?: (event: ResultEvent) => void;
  /** Names of the sections to make. Default: all. */
  readonly only?: readonly string[];
}

/** All that was computed for a study. */
export interface StudyResults {
  /** Every network that was needed, by its card. */
  readonly networks: ReadonlyMap<string, Network>;
  readonly figures: readonly FigureResult[];
  readonly claims: ClaimResults | null;
}

/** A report before it is written. */
export interface Report {
  readonly html: string;
  readonly pdf: Uint8Array;
  /** Every result's numbers and provenance. */
  readonly numbers: unknown;
}

/**
 * Which sections are made.
 * @throws WhylightError for a name that is no section.
 */
function wantedSections(only: readonly string[] | undefined): (name: string) => boolean {
  if (only === undefined) return () => true;
  const names = [...sections, ...appendices].map(({ name }) => name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new WhylightError(`unknown section: ${unknown} (allowed: ${names.join(', ')})`);
  return (name) => only.includes(name);
}

/** The card behind a name that a study uses for a network. */
const cardOf = (study: Study, name: string) => study.networks[name]?.card ?? name;

/** What decides a figure's maps: all of its entry but the words, and its cards. */
function figureWork(study: Study, entry: StudyFigure): string {
  const { id: _, shows: __, truth: ___, ...work } = entry;
  return JSON.stringify([work, networksOf(entry).map((name) => cardOf(study, name))]);
}

/** What decides the claims' measurements. */
function claimWork(study: Study): string {
  const { claims } = study;
  const names = [claims?.network, claims?.photos?.network, claims?.background?.networks, claims?.pooling?.networks];
  return JSON.stringify([claims, names.flat().map((name) => name && cardOf(study, name))]);
}

/**
 * Computes a study's results: its figures and the measurements behind its claims.
 *
 * @param before a study with its results; what has not changed since is taken from there. Default: all is computed.
 */
export async function computeStudy(
  study: Study,
  options: ReportOptions,
  before?: { readonly study: Study; readonly results: StudyResults },
): Promise<StudyResults> {
  const { mirror, cache, offline, signal, onProgress, memoryMB, journal, mapCache, onResult, photoFolders } = options;
  const wanted = wantedSections(options.only);
  const measured = wanted('claims') || wanted('discussion') ? study.claims : undefined;
  requirePhotos({ figures: study.figures, claims: measured }, photoFolders);
  const loaded = new Map<string, Network>();
  const network = async (name: string) => {
    const card = cardOf(study, name);
    const found =
      loaded.get(card) ??
      before?.results.networks.get(card) ??
      (await loadNetwork(card, { mirror, cache, offline, signal, onProgress }));
    loaded.set(card, found);
    return found;
  };
  const figures: FigureResult[] = [];
  for (const entry of study.figures) {
    const run: RunOptions = {
      signal,
      memoryMB,
      journal,
      onProgress: (progress) => onProgress?.({ ...progress, label: `${entry.id}: ${progress.label}` }),
    };
    const caching = { folder: mapCache, onResult, ...run };
    const tools = { explain: cachedExplain(caching), maximise: cachedMaximise(caching) };
    const networks: Network[] = [];
    for (const name of networksOf(entry)) networks.push(await network(name));
    const work = figureWork(study, entry);
    const same = before?.results.figures.find((figure) => figureWork(before.study, figure.entry) === work);
    figures.push(
      same === undefined
        ? await explainFigure(entry, networks, await studyPhoto(entry.photo, photoFolders), tools)
        : { ...same, entry },
    );
    onProgress?.({ label: 'figures', done: figures.length, total: study.figures.length });
  }
  if (before !== undefined && claimWork(before.study) === claimWork(study)) {
    return { networks: new Map([...before.results.networks, ...loaded]), figures, claims: before.results.claims };
  }
  const claims =
    measured === undefined
      ? null
      : await measureClaims(measured, {
          network,
          photoFolders,
          measure: cachedMeasure({ folder: mapCache, onResult }),
          signal,
          onProgress,
          memoryMB,
          journal,
        });
  return { networks: loaded, figures, claims };
}

/** The document of results that are already there: words, numbers and figures. */
export function composeReport(
  study: Study,
  { networks: loaded, figures, claims }: StudyResults,
  {
    environment,
    command,
    only,
    photoFolders,
  }: Pick<ReportOptions, 'environment' | 'command' | 'only' | 'photoFolders'>,
): string {
  const wanted = wantedSections(only);
  const networks = networkNames(study, loaded);
  const fonts = studyFonts(study.fonts, photoFolders);
  const context: SectionContext = {
    study,
    results: figures,
    networks,
    words: describeFigures(figures, networks),
    claims,
    claimWords: claims === null ? null : describeClaims(claims, networks),
    environment,
    command,
    fonts,
  };
  const compose = (all: readonly Section[]): RenderedSection[] =>
    all
      .filter(({ name, present }) => wanted(name) && (present?.(context) ?? true))
      .map((section) => ({ name: section.name, title: section.title, ...section.compose(context) }));
  return renderDocument({
    title: study.title,
    authors: study.authors,
    page: study.page,
    fonts,
    abstract: textValues(context),
    sections: compose(sections),
    appendices: compose(appendices),
    references: parseBibliography(readFileSync(path.resolve(__dirname, '../../reports/references.bib'), 'utf8')),
  });
}

/** Makes a study's paper. */
export async function makeReport(study: Study, options: ReportOptions): Promise<Report> {
  // Before the long work, not after it.
  const words = JSON.stringify(study, (_, value) => (typeof value === 'string' ? path.basename(value) : value));
  requireLetters(words + options.command, studyFonts(study.fonts, options.photoFolders));
  const results = await computeStudy(study, options);
  const html = composeReport(study, results, options);
  const { pdf, browser } = await printDocument(html, study.page, options.environment.date);
  return { html, pdf, numbers: { ...reportNumbers(study, results, options), browser } };
}

/** Computes a study's numbers without its pages. */
export async function makeNumbers(study: Study, options: ReportOptions): Promise<unknown> {
  return reportNumbers(study, await computeStudy(study, options), options);
}

/** The results as plain JSON. */
function reportNumbers(study: Study, { figures, claims }: StudyResults, options: ReportOptions) {
  return {
    title: study.title,
    command: options.command,
    study,
    environment: options.environment,
    figures: figures.map(({ entry, classifications, maps, maximised }) => ({
      id: entry.id,
      classes: classifications.map(({ network, classes }) => ({ network: network.name, best: classes.slice(0, 5) })),
      maps: maps.map(attributionToJson),
      maximised: maximised.map(({ of, scores, seed, options }) => ({ of, scores, seed, options })),
    })),
    claims: claims && {
      ...claims,
      network: claims.network.name,
      networks: claims.networks.map(({ name }) => name),
      photoGradients: claims.photoGradients && {
        network: claims.photoGradients.network.name,
        ...claims.photoGradients.result,
      },
    },
  };
}

/** Writes PDF, HTML and numbers, each whole or not at all. Returns the files. */
export async function writeReport(report: Report, folder: string, name: string): Promise<string[]> {
  await ensureWritableFolder(folder);
  const files = [
    [`${name}.pdf`, report.pdf],
    [`${name}.html`, report.html],
    [`${name}.json`, `${JSON.stringify(report.numbers, null, 2)}\n`],
  ] as const;
  for (const [file, content] of files) await writeWhole(path.join(folder, file), content);
  return files.map(([file]) => path.join(folder, file));
}
