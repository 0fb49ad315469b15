import { WhylightError } from '../explain/errors';
import { plainLine } from '../explain/plain-line';
import type { PhotoRecord } from './explain-one';
import { endingCounts } from './photo-walk';

/** Failures that the summary repeats; more would hide its last line. */
const MOST = 20;
/** Photos after which a failure may have left a terminal's screen. */
const SCREEN = 5;

/** Counts what became of a batch, in little memory however large it is. */
export interface Tally {
  readonly count: (record: PhotoRecord) => void;
  readonly leaveOut: (ending: string) => void;
  readonly failed: () => number;
  /**
   * The failures again, and last `explained 118, already there 20, left out 4 (.heic 3, .psd 1), failed 1`.
   * @param isShown whether failures were shown in the same place as they came: of a few photos they are then not repeated
   */
  readonly words: (isShown?: boolean) => string;
}

const sum = (counts: ReadonlyMap<unknown, number>) => [...counts.values()].reduce((all, one) => all + one, 0);

export function openTally(): Tally {
  const states = new Map<PhotoRecord['state'], number>();
  const others = new Map<string, number>();
  const failures: string[] = [];
  const of = (state: PhotoRecord['state']) => states.get(state) ?? 0;
  return {
    count: (record) => {
      const { state, error } = record;
      states.set(state, of(state) + 1);
      if (error !== null && failures.length < MOST) failures.push(failureLine(record));
    },
    leaveOut: (ending) => others.set(ending, (others.get(ending) ?? 0) + 1),
    failed: () => of('failed'),
    words: (isShown = false) => {
      const leftOut = sum(others);
      const more = of('failed') - failures.length;
      const parts = [
        `explained ${of('explained')}`,
        of('there') === 0 ? '' : `already there ${of('there')}`,
        leftOut === 0 ? '' : `left out ${leftOut} (${endingCounts(others)})`,
        of('failed') === 0 ? '' : `failed ${of('failed')}`,
      ];
      const isInSight = isShown && sum(states) <= SCREEN;
      const lines = isInSight ? [] : failures.map((error) => `failed: ${error}`);
      if (more > 0) lines.push(`failed: … and ${more} more`);
      return [...lines, parts.filter((part) => part !== '').join(', ')].join('\n');
    },
  };
}

/** Why a photo of several failed: a line that names it. */
export function failureLine({ photo, error }: PhotoRecord): string {
  const [name, why] = [plainLine(photo), plainLine(error!)];
  return why.includes(name) ? why : `${name}: ${why}`;
}

/** A record's error as the one that ends a command about this photo alone. */
export function failureOf({ error, stack }: PhotoRecord): WhylightError {
  const failure = new WhylightError(error!);
  if (stack !== null) failure.stack = stack;
  return failure;
}
