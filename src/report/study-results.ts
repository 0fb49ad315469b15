import { openLooks } from '../explain/look';
import { type LoadOptions, loadNetwork } from '../explain/network/load-network';
import type { Network } from '../explain/network/network';
import type { RunOptions } from '../explain/progress';
import { type CacheOptions, cachedExplain } from './attribution-cache';
import type { MeasuredClaim } from './claims/claim';
import { claimNetworks, claimPhotos, measuredBy } from './claims/index';
import { measureClaims } from './claims/measure';
import { computeFigure } from './figures/compute';
import { figureKind } from './figures/index';
import { type FigureResult, networkNamesOf } from './figures/kind';
import { cachedMaximise } from './maximised-cache';
import { cachedMeasure } from './measurement-cache';
import type { Study, StudyFigure } from './study';
import { requirePhotos, studyPhoto } from './study-photo';
import { type MeasuredTrust, measureTrust } from './trust';

/** All that was computed for a study. */
export interface StudyResults {
  /** Every network that was needed, by its card. */
  readonly networks: ReadonlyMap<string, Network>;
  readonly figures: readonly FigureResult[];
  /** Those that were measured. */
  readonly claims: readonly MeasuredClaim[];
  readonly trust: readonly MeasuredTrust[];
}

/** What computing needs from outside. */
interface ComputeOptions extends RunOptions, Pick<LoadOptions, 'mirror' | 'cache' | 'offline' | 'onNote'> {
  readonly photoFolders: readonly string[];
  readonly mapCache: string | null;
  readonly onResult?: CacheOptions['onResult'];
}

/** A study with its results. */
interface Before {
  readonly study: Study;
  readonly results: StudyResults;
}

/** Computes a study's figures and the measurements behind its claims; what has not changed since is taken over. */
export async function computeResults(study: Study, options: ComputeOptions, before?: Before): Promise<StudyResults> {
  requirePhotos(
    study.figures.map(({ photo }) => photo),
    study.claims === undefined ? [] : claimPhotos(study.claims),
    options.photoFolders,
  );
  const networks = new Map(before?.results.networks);
  const network = async (name: string) => {
    const card = cardOf(study, name);
    const { mirror, cache, offline, signal, onProgress, onNote } = options;
    const load = () => loadNetwork(card, { mirror, cache, offline, signal, onProgress, onNote });
    const loaded = networks.get(card) ?? (await load());
    networks.set(card, loaded);
    return loaded;
  };
  const figures: FigureResult[] = [];
  for (const entry of study.figures) {
    const work = figureWork(study, entry);
    const same = before?.results.figures.find((figure) => figureWork(before.study, figure.entry) === work);
    figures.push(same === undefined ? await figureOf(entry, network, options) : { ...same, entry });
    options.onProgress?.({ label: 'figures', done: figures.length, total: study.figures.length });
  }
  const same = before !== undefined && claimWork(before.study) === claimWork(study);
  const claims = same ? before.results.claims : await claimsOf(study, network, options);
  const trusted = before !== undefined && trustWork(before.study) === trustWork(study);
  const trust = trusted ? before.results.trust : await trustOf(study, network, options);
  return { networks, figures, claims, trust };
}

/** The card behind a name that a study uses for a network. */
const cardOf = (study: Study, name: string) => study.networks[name]?.card ?? name;

/** What decides a figure's maps: all of its entry but the words, and its cards. */
function figureWork(study: Study, entry: StudyFigure): string {
  const { id: _, shows: __, truth: ___, ...work } = entry;
  const names = networkNamesOf(figureKind(entry.kind), entry);
  return JSON.stringify([work, names.map((name) => cardOf(study, name))]);
}

/** What decides the claims' measurements. */
function claimWork(study: Study): string {
  const { claims } = study;
  if (claims === undefined) return '';
  const names = measuredBy(claims).flatMap((claim) => claimNetworks(claim, claims));
  return JSON.stringify([claims, names.map((name) => cardOf(study, name))]);
}

/** What decides the measures of maps. */
function trustWork(study: Study): string {
  const { trust } = study;
  return trust === undefined ? '' : JSON.stringify([trust, trust.networks.map((name) => cardOf(study, name))]);
}

type Find = (name: string) => Promise<Network>;

async function figureOf(entry: StudyFigure, network: Find, options: ComputeOptions): Promise<FigureResult> {
  const { signal, memoryMB, journal, onProgress, mapCache, onResult, photoFolders } = options;
  const caching: CacheOptions = {
    folder: mapCache,
    onResult,
    signal,
    memoryMB,
    journal,
    onProgress: (progress) => onProgress?.({ ...progress, label: `${entry.id}: ${progress.label}` }),
  };
  const networks: Network[] = [];
  for (const name of networkNamesOf(figureKind(entry.kind), entry)) networks.push(await network(name));
  const looks = openLooks();
  try {
    const { folder: _, onResult: __, ...run } = caching;
    const tools = {
      explain: cachedExplain(caching, looks),
      maximise: cachedMaximise(caching),
      measure: cachedMeasure(caching),
      run,
    };
    return await computeFigure(entry, networks, await studyPhoto(entry.photo, photoFolders), looks, tools);
  } finally {
    looks.close();
  }
}

async function claimsOf({ claims }: Study, network: Find, options: ComputeOptions): Promise<readonly MeasuredClaim[]> {
  if (claims === undefined) return [];
  const { signal, memoryMB, journal, onProgress, mapCache, onResult, photoFolders } = options;
  const measure = cachedMeasure({ folder: mapCache, onResult, memoryMB });
  const photo = async (file: string) => (await studyPhoto({ file }, photoFolders)).photo;
  return measureClaims(claims, { network, photo, measure, signal, memoryMB, journal, onProgress });
}

async function trustOf({ trust }: Study, network: Find, options: ComputeOptions): Promise<readonly MeasuredTrust[]> {
  if (trust === undefined) return [];
  const { signal, memoryMB, journal, onProgress, mapCache, onResult } = options;
  const measure = cachedMeasure({ folder: mapCache, onResult, memoryMB });
  return measureTrust(trust, { network, measure, signal, memoryMB, journal, onProgress });
}
