import path from 'node:path';
import { attributionToJson } from '../explain/attribution-file';
import { WhylightError } from '../explain/errors';
import { ensureWritableFolder } from '../explain/files';
import { measures } from '../explain/measures';
import { methods, views } from '../explain/methods/index';
import type { LoadOptions } from '../explain/network/load-network';
import type { RunOptions } from '../explain/progress';
import type { ResultEvent } from '../explain/store/store';
import { writeTogether } from '../explain/write-together';
import { findChromium } from '../page/find-chromium';
import { requireLetters } from '../page/letters';
import { printDocument } from '../page/print';
import { bibliography } from './bibliography';
import { claims as allClaims } from './claims/index';
import { claimNumbers } from './claims/measure';
import { claimsReport } from './claims/report';
import { computeResults, type StudyResults } from './study-results';

export type { StudyResults };

import type { Environment } from './environment';
import { figureKind, figureKinds } from './figures/index';
import { networkNames } from './network-names';
import { renderDocument } from './render';
import { appendices, sections } from './sections';
import { abstract, indexTerms } from './sections/abstract';
import type { PaperContext, Section } from './sections/section';
import type { Study } from './study';
import { studyFonts } from './study-fonts';
import { openTemplates } from './templates';

/** What a report needs from outside. */
export interface ReportOptions extends RunOptions, Pick<LoadOptions, 'mirror' | 'cache' | 'offline' | 'onNote'> {
  readonly environment: Environment;
  /** For the provenance: what the person typed. */
  readonly command: string;
  /** Folders in which the study's photo and font files lie. */
  readonly photoFolders: readonly string[];
  /** The store of what was computed before: maps, measurements, pictures; null: compute all anew and keep none. */
  readonly mapCache: string | null;
  /** Told of every map and measurement: computed or cached, and how long it took. */
  readonly onResult?: (event: ResultEvent) => void;
  /** Names of the sections to make. Default: all. */
  readonly only?: readonly string[];
  /** Folder of templates that stand in the place of the project's. Default: none. */
  readonly template?: string;
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

/**
 * Computes what the wanted sections of a study need.
 *
 * @param before a study with its results; what has not changed since is taken from there. Default: all is computed.
 */
export function computeStudy(
  study: Study,
  options: ReportOptions,
  before?: { readonly study: Study; readonly results: StudyResults },
): Promise<StudyResults> {
  const includes = wantedSections(options.only);
  const claims = includes('claims') || includes('discussion') ? study.claims : undefined;
  const trust = includes('trust') ? study.trust : undefined;
  return computeResults({ ...study, claims, trust }, options, before);
}

/** The document of results that are already there: words, numbers and figures. */
export function composeReport(
  study: Study,
  { networks: loaded, figures, claims, trust }: StudyResults,
  options: Pick<ReportOptions, 'environment' | 'command' | 'only' | 'photoFolders' | 'template'>,
): string {
  const includes = wantedSections(options.only);
  const networks = networkNames(study, loaded);
  const fonts = studyFonts(study.fonts, options.photoFolders);
  const base: PaperContext = {
    study,
    figures,
    networks,
    claims: claims.length === 0 ? null : claimsReport(claims, networks),
    trust,
    environment: options.environment,
    command: options.command,
    fonts,
    sections: [],
  };
  const present = (all: readonly Section[]) =>
    all.filter(({ name, present }) => includes(name) && (present?.(base) ?? true));
  const parts = { sections: present(sections), appendices: present(appendices) };
  const context = { ...base, sections: [...parts.sections, ...parts.appendices].map(({ name }) => name) };
  const compose = ({ name, title, blocks }: Section) => ({ name, title, blocks: blocks(context) });
  return renderDocument({
    title: study.title,
    authors: study.authors,
    page: study.page,
    fonts,
    abstract: abstract(context),
    terms: indexTerms(context),
    sections: parts.sections.map(compose),
    appendices: parts.appendices.map(compose),
    references: bibliography([
      ...[...methods, ...views].map(({ bibtex }) => bibtex),
      ...figureKinds().flatMap(({ references = [] }) => references),
      ...allClaims().flatMap(({ references = [] }) => references),
      ...measures.map(({ bibtex }) => bibtex),
    ]),
    template: options.template,
  });
}

/** Makes a study's paper. */
export async function makeReport(study: Study, options: ReportOptions): Promise<Report> {
  // Before the long work, not after it.
  const words = JSON.stringify(study, (_, value) => (typeof value === 'string' ? path.basename(value) : value));
  requireLetters(words + options.command, studyFonts(study.fonts, options.photoFolders));
  openTemplates(options.template);
  findChromium();
  const composed = computeStudy(study, options).then((results) => {
    return { results, html: composeReport(study, results, options) };
  });
  const text = composed.then(({ html }) => html);
  const { pdf, browser } = await printDocument(text, study.page, options.environment.date);
  const { results, html } = await composed;
  return { html, pdf, numbers: { ...reportNumbers(study, results, options), browser } };
}

/** Computes a study's numbers without its pages. */
export async function makeNumbers(study: Study, options: ReportOptions): Promise<unknown> {
  return reportNumbers(study, await computeStudy(study, options), options);
}

/** The results as plain JSON. */
function reportNumbers(
  study: Study,
  { networks, figures, claims, trust }: StudyResults,
  { command, environment }: ReportOptions,
) {
  return {
    title: study.title,
    command,
    study,
    environment,
    figures: figures.map(({ entry, classifications, maps, extras }) => ({
      id: entry.id,
      classes: classifications.map(({ network, classes }) => ({ network: network.name, best: classes.slice(0, 5) })),
      // Without the time that each took: the same study gives the same bytes.
      maps: maps.map((map) => ({ ...attributionToJson(map), elapsedMs: undefined })),
      ...figureKind(entry.kind).numbers?.(extras),
    })),
    claims: claims.length === 0 ? null : claimNumbers(claims, networkNames(study, networks)),
    trust: trust.map(({ network, summary }) => ({ network: network.name, ...summary })),
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
  return writeTogether(
    folder,
    files.map(([file, content]) => [path.join(folder, file), content]),
  );
}
