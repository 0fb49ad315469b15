import type { NetworkInput } from '../explain/image/preprocessing';
import type { ImageSample } from '../explain/image/sample';
import type { Look } from '../explain/look';
import type { Thing } from '../explain/measures/define-measure';
import type { Network } from '../explain/network/network';
import type { RunOptions } from '../explain/progress';
import type { ResolvedTarget } from '../explain/target';

/** A photo on which explanations are evaluated, and what is known of it. */
export interface EvaluationPhoto {
  readonly name: string;
  readonly photo: ImageSample;
  /** What it shows, in a word; null where it is not known. */
  readonly label: string | null;
  /** Indices of a network's classes that are right; null where it is not known. */
  readonly classes: (network: Network) => readonly number[] | null;
  /** Where the label's object is in what a network sees, height × width of its input; null where it is not known. */
  readonly mask: (input: NetworkInput) => Uint8Array | null;
  /** What each thing is worth to a target's score; null where the photo cannot be drawn again. */
  readonly things: (look: Look, target: ResolvedTarget, run: RunOptions) => Promise<readonly Thing[] | null>;
  /** What decides mask and things beside the photo: for the key under which results are kept. */
  readonly key: unknown;
}
