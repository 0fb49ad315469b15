import { WhylightError } from '../explain/errors';
import { type RunOptions, yieldToEvents } from '../explain/progress';
import { seededRandom, shuffled } from '../explain/random';
import { type ProbeAccuracy, probeAccuracy } from '../explain/statistics/probe';
import { rivalOf } from '../scenes/counterfactuals';
import type { LabelledSpec } from '../scenes/dataset';
import type { AnimalKind } from '../scenes/spec';
import { type LeakFeatures, type LeakSource, leakFeatures, leakSources, metadataOf } from './leak-features';
import { type SharedSeeds, seedsSharedWithTraining } from './training-sets';

/** How many scenes the checks draw. */
export interface LeakCheckOptions extends RunOptions {
  /** Scenes that are drawn for it at most, by lot. Default 400. */
  readonly scenes?: number;
}

/** How well the class is told from one thing that ought to say nothing. */
export interface LeakCheck extends ProbeAccuracy {
  readonly source: LeakSource;
  /** Whether either interval lies above chance. Of things that say nothing about one in ten does, by luck. */
  readonly leaks: boolean;
}

/** The checks over some of the classes. */
export interface LeakGroup {
  readonly classes: readonly AnimalKind[];
  /** Scenes with an animal of their class in sight. */
  readonly scenes: number;
  readonly checks: readonly LeakCheck[];
}

/** All leak checks of a set. */
export interface LeakChecks {
  /** Scenes that were drawn for it, of all. */
  readonly scenes: number;
  readonly allScenes: number;
  /** All classes together, where they are more than a pair of rivals; then each pair. Empty where a class has fewer than 10 scenes. */
  readonly groups: readonly LeakGroup[];
  /** Of all scenes. */
  readonly shared: SharedSeeds;
}

const FEWEST = 10;

/** What tells a canine from an insect as it should: checked within a pair of rivals only. */
const bodies: readonly LeakSource[] = ['silhouette, cropped', 'silhouette, in place', 'metadata of the animal'];

/**
 * How well the class of drawn scenes is told from what should say nothing: each scene's background drawn again without its
 * animals, colours without their place, silhouette, box, and all that its spec says but kind, markings and colours. Two
 * probes each, in cross-validation; a row is a scene.
 *
 * @throws WhylightError for a number of scenes below 1; AbortedError through `signal`.
 */
export async function leakChecks(
  specs: readonly LabelledSpec[],
  { scenes = 400, onProgress, signal }: LeakCheckOptions = {},
): Promise<LeakChecks> {
  if (!Number.isInteger(scenes) || scenes < 1)
    throw new WhylightError(`scenes for the leak checks: ${scenes} (allowed: whole numbers from 1)`);
  const all = specs.map(({ spec, label }, index) => ({ spec, label, index }));
  const sample = shuffled(all, seededRandom(1))
    .slice(0, scenes)
    .sort((a, b) => a.index - b.index);
  const shared = seedsSharedWithTraining(specs.map(({ spec }) => spec));
  const groups = groupsOf(sample.map(({ label }) => label));
  const empty = { scenes: 0, allScenes: specs.length, groups: [], shared };
  if (groups.length === 0) return empty;
  const metadata = metadataOf(sample);
  const entries: { readonly label: AnimalKind; readonly features: LeakFeatures }[] = [];
  for (const [i, { spec, label }] of sample.entries()) {
    const features = leakFeatures(spec, label, metadata[i]!);
    if (features) entries.push({ label, features });
    onProgress?.({ label: 'leak checks', done: i + 1, total: sample.length });
    await yieldToEvents(signal);
  }
  const result: LeakGroup[] = [];
  for (const classes of groups) {
    const rows = entries.filter(({ label }) => classes.includes(label));
    const labels = rows.map(({ label }) => classes.indexOf(label));
    if (classes.some((_, c) => labels.filter((label) => label === c).length < FEWEST)) continue;
    const sources = classes.length === 2 && rivalOf(classes[0]!) === classes[1] ? leakSources : commonSources;
    const checks: LeakCheck[] = [];
    for (const source of sources) {
      const probe = probeAccuracy(
        rows.map(({ features }) => features[source]),
        labels,
      );
      const leaks = probe.logistic.low > probe.chance || probe.neighbours.low > probe.chance;
      checks.push({ source, ...probe, leaks });
      await yieldToEvents(signal);
    }
    result.push({ classes, scenes: rows.length, checks });
  }
  return { ...empty, scenes: sample.length, groups: result };
}

const commonSources = leakSources.filter((source) => !bodies.includes(source));

/** All classes, then each pair of rivals; each class with enough scenes. */
function groupsOf(labels: readonly AnimalKind[]): readonly (readonly AnimalKind[])[] {
  const classes = [...new Set(labels)].sort();
  if (classes.length < 2 || classes.some((one) => labels.filter((label) => label === one).length < FEWEST)) return [];
  const pairs = classes.filter((one) => classes.includes(rivalOf(one)) && one < rivalOf(one));
  const rivals = pairs.map((one) => [one, rivalOf(one)]);
  return classes.length === 2 && rivals.length === 1 ? rivals : [classes, ...rivals];
}
