import { readFileSync } from 'node:fs';
import path from 'node:path';
import { explainPhoto, type PhotoExplanation } from '../analyses/explain-photo';
import { attributionToJson } from '../explain/attribution-file';
import { ensureWritableFolder, writeWhole } from '../explain/files';
import { loadNetwork } from '../explain/network/load-network';
import type { Network } from '../explain/network/network';
import type { FindOptions } from '../explain/network/weights/find';
import type { RunOptions } from '../explain/progress';
import { parseBibliography } from './bibliography';
import type { Environment } from './environment';
import { printDocument } from './print';
import { type RenderedSection, renderDocument } from './render';
import { describeSubjects, type Explained } from './results';
import { sections } from './sections';
import type { Study } from './study';
import { studyPhoto } from './study-photo';

/** What a report needs from outside. */
export interface ReportOptions extends RunOptions, Partial<Pick<FindOptions, 'mirror' | 'cache' | 'offline'>> {
  readonly environment: Environment;
  /** For the provenance: what the person typed. */
  readonly command: string;
  /** Folders in which the study's photo files lie. */
  readonly photoFolders: readonly string[];
}

/** A report before it is written. */
export interface Report {
  readonly html: string;
  readonly pdf: Uint8Array;
  /** Every result's numbers and provenance. */
  readonly numbers: unknown;
}

/** Computes a study's results: each subject's photo and network explained. */
export async function explainStudy(study: Study, options: ReportOptions): Promise<Explained[]> {
  const networks = new Map<string, Network>();
  const explained: Explained[] = [];
  for (const [i, subject] of study.subjects.entries()) {
    const { mirror, cache, offline, signal, onProgress } = options;
    const network =
      networks.get(subject.network) ??
      (await loadNetwork(subject.network, { mirror, cache, offline, signal, onProgress }));
    networks.set(subject.network, network);
    const photo = await studyPhoto(subject.photo, options.photoFolders);
    const explanation: PhotoExplanation = await explainPhoto(network, photo, {
      target: subject.target,
      rival: subject.rival,
      occlusion: subject.occlusion,
      signal,
      memoryMB: options.memoryMB,
      onProgress: (progress) => onProgress?.({ ...progress, label: `${subject.id}: ${progress.label}` }),
    });
    onProgress?.({ label: 'subjects', done: i + 1, total: study.subjects.length });
    explained.push({ subject, network, photo, explanation });
  }
  return explained;
}

/** The document of results that are already there: words, numbers and figures. */
export function composeReport(study: Study, explained: readonly Explained[], options: ReportOptions): string {
  const references = parseBibliography(readFileSync(path.resolve(__dirname, '../../reports/references.bib'), 'utf8'));
  const results = describeSubjects(explained);
  const context = { study, results, environment: options.environment, command: options.command };
  const rendered: RenderedSection[] = sections.map(({ name, title, compose }) => ({
    name,
    title,
    ...compose(context),
  }));
  return renderDocument({
    title: study.title,
    authors: study.authors,
    page: study.page,
    abstract: { ...results, data: study.data },
    sections: rendered,
    references,
  });
}

/** Makes a study's paper. */
export async function makeReport(study: Study, options: ReportOptions): Promise<Report> {
  const explained = await explainStudy(study, options);
  const html = composeReport(study, explained, options);
  const { pdf, browser } = await printDocument(html, study.page, options.environment.date);
  const numbers = {
    title: study.title,
    command: options.command,
    environment: { ...options.environment, browser },
    subjects: explained.map(({ subject, explanation }) => ({
      id: subject.id,
      classes: explanation.classification.classes.slice(0, 5),
      saliency: attributionToJson(explanation.saliency),
      occlusion: attributionToJson(explanation.occlusion),
      cam: explanation.cam.map(attributionToJson),
    })),
  };
  return { html, pdf, numbers };
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
