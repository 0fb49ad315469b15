import { randomBytes } from 'node:crypto';
import { WhylightError } from '../explain/errors';

/** One output in several MIME types: the front end shows the richest it knows. */
export interface MimeBundle {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

type Write = (message: object, update: boolean) => void;

// tslab's public `display` sends one MIME type at a time; its own writer of the running cell takes a whole bundle.
function writer(): Write | null {
  try {
    const { lastWriteDisplayData } = require('tslab/dist/jupyter') as { lastWriteDisplayData?: Write | null };
    return lastWriteDisplayData ?? null;
  } catch {
    return null;
  }
}

/** Whether this process is a notebook's kernel with a cell that ran or runs. */
export function inNotebook(): boolean {
  return writer() !== null;
}

/** The cell that runs, or ran last. */
export interface RunningCell {
  /** Of the execution, as Jupyter counts. */
  readonly number: number;
  /** What the front end calls the cell, where it tells; else the cell's text. */
  readonly key: string;
}

let running: RunningCell = { number: 0, key: '' };

export const runningCell = (): RunningCell => running;

/** Keeps which cell runs. */
export function setRunningCell(cell: RunningCell): void {
  running = cell;
}

/** An output of the running cell that can be replaced later, even after the cell has ended. */
export interface CellOutput {
  readonly replace: (bundle: MimeBundle) => void;
}

/**
 * Writes an output into the running cell.
 * @throws WhylightError outside a notebook.
 */
export function writeOutput(bundle: MimeBundle): CellOutput {
  const write = writer();
  if (write === null) {
    throw new WhylightError(
      'display works in a notebook cell (kernel: TypeScript (Whylight)); a script writes files: saveAttribution, overlayPng',
    );
  }
  const transient = { display_id: randomBytes(8).toString('hex') };
  const send = ({ data, metadata }: MimeBundle, update: boolean) => write({ data, metadata, transient }, update);
  send(bundle, false);
  return { replace: (next) => send(next, true) };
}
