import { type Answer, answerOf } from '../explain/decision-margin';
import { WhylightError } from '../explain/errors';
import { prepareInput } from '../explain/image/prepare';
import type { NetworkInput } from '../explain/image/preprocessing';
import type { ImageSample } from '../explain/image/sample';
import { superpixels } from '../explain/methods/superpixels';
import { forwardBatches } from '../explain/network/executors/forward-batches';
import type { Network } from '../explain/network/network';
import { type RunOptions, withAmbient, yieldToEvents } from '../explain/progress';
import { type Estimate, estimateMeanShare, estimateShare } from '../explain/statistics/estimate';
import { classScores, findClass } from '../explain/target';
import type { Figure } from '../plots/figure';
import { flipPanel } from '../plots/flip-panel';
import { type SmallestChange, smallestChange } from './smallest-change';

/** A background before which a subject is set. */
export interface FlipBackground {
  readonly name: string;
  /** The subject before it, in the size of the subject's own picture. */
  readonly picture: () => ImageSample;
  /** The background without the subject. */
  readonly alone: () => ImageSample;
}

/** An object on its own background, and the same object on others. */
export interface FlipSubject {
  readonly name: string;
  /** The right class; null where nobody told it. */
  readonly label: string | null;
  /** Its own background's name. */
  readonly own: string;
  readonly picture: () => ImageSample;
  /** The control of pasting: the object on its own background, pasted as on the others. Null where it is redrawn, not pasted. */
  readonly repasted: (() => ImageSample) | null;
  /** The object alone, on grey; null where it is redrawn. */
  readonly onGrey: (() => ImageSample) | null;
  readonly backgrounds: readonly FlipBackground[];
}

/** Which flips are searched, and how finely. */
export interface BackgroundFlipsOptions extends RunOptions {
  /** Only flips from this class, by label or index. Default: from any. */
  readonly from?: string | number;
  /** Only flips to this class. Default: to any. */
  readonly to?: string | number;
  /** Only subjects whose object alone, on grey, gets the same answer: the answer is then about the object. Default false. */
  readonly objectAlone?: boolean;
  /** Flips, one a subject, of which the smallest change is searched: the most telling ones. Default 3. */
  readonly flips?: number;
  /** Segments of the picture, about; those of the background are exchanged. Default 50. */
  readonly segments?: number;
}

/** One subject before one other background. */
export interface FlipTrial {
  readonly subject: string;
  /** The own background, and the other one. */
  readonly own: string;
  readonly background: string;
  readonly before: Answer;
  readonly after: Answer;
}

/** A flip with its controls and its smallest change. */
export interface BackgroundFlip extends FlipTrial {
  /** The least of the margins before (also where it was pasted on its own background) and after, in logits. */
  readonly telling: number;
  /** The answer to the other background without the subject. */
  readonly alone: Answer;
  /** The answer to the subject pasted on its own background; null where nothing was pasted. */
  readonly repasted: Answer | null;
  /** The answer to the object alone, on grey; null likewise. */
  readonly onGrey: Answer | null;
  readonly change: SmallestChange;
  readonly figure: Figure;
}

/** What changing backgrounds does to a network's answers. */
export interface BackgroundFlips {
  readonly network: string;
  readonly title: string;
  /**
   * Subjects, and those of them that were tried: answered rightly where the class is known, with `from` where one was named,
   * alike when pasted on their own background, and with `objectAlone` alike on grey.
   */
  readonly subjects: number;
  readonly eligible: number;
  /** Share of the subjects whose answer stays when they are pasted on their own background (Wilson's interval); null where nothing was pasted. */
  readonly repasted: Estimate | null;
  /** Share of the subjects whose object alone, on grey, gets the same answer; null likewise. */
  readonly onGrey: Estimate | null;
  /** Tried subjects × other backgrounds, and how many of these turned the answer. */
  readonly trials: number;
  readonly flipped: number;
  /** Mean over the tried subjects of the share of their backgrounds that turn the answer: several trials of one subject count as one. Null where none was tried. */
  readonly share: Estimate | null;
  /** The most telling flip of each subject, the most telling first, as many as were asked for. */
  readonly flips: readonly BackgroundFlip[];
  /** Where nothing flips: the trial that came nearest, and by how many logits it missed. Null where something flips, or nothing was tried. */
  readonly miss: (FlipTrial & { readonly distance: number }) | null;
}

/** What counts as the most telling flip. */
export const tellingRule =
  'the most telling flip has the largest of the least margins, of the answer before (on the photo, and pasted on its own background) and of the one after; a margin is the logit of the answer less the highest other logit';

interface Trial extends FlipTrial {
  readonly subject: string;
  readonly of: FlipSubject;
  readonly other: FlipBackground;
  readonly repasted: Answer | null;
  readonly flips: boolean;
  /** Logits that are missing for a flip; at most 0 for one. */
  readonly distance: number;
}

const telling = ({ before, after, repasted }: Trial) =>
  Math.min(before.margin, after.margin, repasted?.margin ?? Number.POSITIVE_INFINITY);

/**
 * Searches subjects × backgrounds for the flip that tells most (`tellingRule`): the same object, another background, another
 * answer. Of the most telling ones it searches the smallest part of the background that has to be exchanged: segments (SLIC)
 * of the subject's own picture, pixels that both pictures share left out, one by one as `decisionFlip` does. How many of all
 * trials flip is beside it, so that what was picked is not taken for what is usual.
 *
 * @throws WhylightError for a network whose labels do not exclude one another, an unknown class, no subjects, and numbers
 *   that cannot be; AbortedError when interrupted.
 */
export async function backgroundFlips(
  network: Network,
  subjects: Iterable<FlipSubject>,
  options: BackgroundFlipsOptions = {},
): Promise<BackgroundFlips> {
  const { flips = 3, segments = 50, from, to, objectAlone = false, ...run } = withAmbient(options);
  for (const [what, count, least] of [
    ['flips', flips, 0],
    ['segments', segments, 2],
  ] as const) {
    if (!Number.isInteger(count) || count < least)
      throw new WhylightError(`${what}: ${count} (allowed: whole numbers from ${least})`);
  }
  const wish = {
    objectAlone,
    from: from === undefined ? null : findClass(network, from),
    to: to === undefined ? null : findClass(network, to),
  };
  const total = Array.isArray(subjects) ? subjects.length : undefined;
  const results: SubjectTrials[] = [];
  for (const subject of subjects) {
    results.push(await trialsOf(network, subject, wish, run.signal));
    const done = results.length;
    run.onProgress?.({ label: 'backgrounds exchanged', done, total: Math.max(done, total ?? done) });
    await yieldToEvents(run.signal);
  }
  if (results.length === 0) throw new WhylightError('nothing to set before other backgrounds (needed: one subject)');
  const eligible = results.filter(({ trials }) => trials.length > 0);
  const all = eligible.flatMap(({ trials }) => trials);
  const best = eligible
    .flatMap(({ trials }) =>
      trials
        .filter((trial) => trial.flips)
        .sort((a, b) => telling(b) - telling(a))
        .slice(0, 1),
    )
    .sort((a, b) => telling(b) - telling(a));
  const searched: BackgroundFlip[] = [];
  const picked = best.slice(0, flips);
  for (const trial of picked) {
    searched.push(await withChange(network, trial, { segments, to: wish.to, run }));
    run.onProgress?.({ label: 'smallest changes', done: searched.length, total: picked.length });
  }
  const shareOf = (control: (one: SubjectTrials) => boolean | null) => {
    const values = results.flatMap((one) => control(one) ?? []);
    return values.length === 0 ? null : estimateShare(values.filter(Boolean).length, values.length);
  };
  const nearest = all.reduce<Trial | null>((near, one) => (near && near.distance <= one.distance ? near : one), null);
  return {
    network: network.name,
    title: network.title,
    subjects: results.length,
    eligible: eligible.length,
    repasted: shareOf(({ holds }) => holds),
    onGrey: shareOf(({ alone }) => alone),
    trials: all.length,
    flipped: all.filter((trial) => trial.flips).length,
    share:
      eligible.length === 0
        ? null
        : estimateMeanShare(eligible.map(({ trials }) => trials.filter((trial) => trial.flips).length / trials.length)),
    flips: searched,
    miss: nearest === null || best.length > 0 ? null : { ...plainTrial(nearest), distance: nearest.distance },
  };
}

const plainTrial = ({ subject, own, background, before, after }: FlipTrial): FlipTrial => ({
  subject,
  own,
  background,
  before,
  after,
});

interface SubjectTrials {
  readonly trials: readonly Trial[];
  /** Whether pasting on the own background kept the answer; null where nothing was pasted. */
  readonly holds: boolean | null;
  /** Whether the object alone, on grey, gets the same answer; null likewise. */
  readonly alone: boolean | null;
}

/** Classes that a flip must lead from and to, null: any; and whether the object alone must get the answer. */
interface Wish {
  readonly objectAlone: boolean;
  readonly from: number | null;
  readonly to: number | null;
}

async function trialsOf(
  network: Network,
  subject: FlipSubject,
  { from, to, objectAlone }: Wish,
  signal?: AbortSignal,
): Promise<SubjectTrials> {
  const { picture, repasted: paste, onGrey: grey } = subject;
  const controls = [paste, grey].filter((control) => control !== null);
  const answers = (await outputsOf(network, [picture, ...controls], signal)).map((raw) => answerOf(network, raw));
  const before = answers[0]!;
  const repasted = paste === null ? null : answers[1]!;
  const holds = repasted === null ? null : repasted.index === before.index;
  const alone = grey === null ? null : answers.at(-1)!.index === before.index;
  const right = subject.label === null || before.label === subject.label;
  const classFits = (from === null || before.index === from) && before.index !== to;
  const fits = holds !== false && right && classFits && (!objectAlone || alone !== false);
  if (!fits) return { trials: [], holds, alone };
  const outputs = await outputsOf(
    network,
    subject.backgrounds.map(({ picture }) => picture),
    signal,
  );
  const trials = subject.backgrounds.map((other, i): Trial => {
    const after = answerOf(network, outputs[i]!);
    const { logits } = classScores(network, outputs[i]!);
    const flips = to === null ? after.index !== before.index : after.index === to;
    const distance = to === null ? after.margin : logits[after.index]! - logits[to]!;
    return {
      subject: subject.name,
      own: subject.own,
      background: other.name,
      before,
      after,
      of: subject,
      other,
      repasted,
      flips,
      distance: flips ? 0 : distance,
    };
  });
  return { trials, holds, alone };
}

/** Raw outputs of pictures, each made when its turn comes. */
async function outputsOf(
  network: Network,
  pictures: readonly (() => ImageSample)[],
  signal?: AbortSignal,
): Promise<Float32Array[]> {
  const fill = (i: number, into: Float32Array) => into.set(prepareInput(pictures[i]!(), network.preprocessing).values);
  const raw = await forwardBatches(network, pictures.length, fill, signal);
  const outputs = raw.length / Math.max(1, pictures.length);
  return pictures.map((_, i) => Float32Array.from(raw.subarray(i * outputs, (i + 1) * outputs)));
}

async function withChange(
  network: Network,
  trial: Trial,
  { segments, to, run }: { readonly segments: number; readonly to: number | null; readonly run: RunOptions },
): Promise<BackgroundFlip> {
  const [own, other] = [trial.of.picture(), trial.other.picture()].map((picture) =>
    prepareInput(picture, network.preprocessing),
  ) as [NetworkInput, NetworkInput];
  const regions = differingSegments(own, other, segments);
  const exchange = { own, replacement: other.values, regions, to };
  const { change, mask } = await smallestChange(network, exchange, { ...run, onProgress: () => undefined });
  const { onGrey } = trial.of;
  const controls = await outputsOf(network, [trial.other.alone, ...(onGrey === null ? [] : [onGrey])], run.signal);
  const [alone, grey = null] = controls.map((raw) => answerOf(network, raw));
  const plain = plainTrial(trial);
  return {
    ...plain,
    telling: telling(trial),
    alone: alone!,
    repasted: trial.repasted,
    onGrey: grey,
    change,
    figure: flipPanel({ ...plain, change, network: network.title, own: own.image, other: other.image, changed: mask }),
  };
}

/** Segments of the first picture, −1 where both are the same. */
function differingSegments(own: NetworkInput, other: NetworkInput, count: number): Int32Array {
  const channels = own.values.length / (own.width * own.height);
  const same = (at: number) => {
    for (let c = at * channels; c < (at + 1) * channels; c++) if (own.values[c] !== other.values[c]) return false;
    return true;
  };
  return superpixels(own.image, { count }).labels.map((label, at) => (same(at) ? -1 : label));
}
