import { WhylightError } from '../../errors';
import type { ForeignOptions } from '../foreign/foreign-network';

/** A network's input. */
export interface InputSize {
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly channelsFirst: boolean;
}

const largest = 4096;

/**
 * The input's size, where the file or the person says it.
 * @param declared lengths of its axes without the batch; null or below 0 where they are open; rows and columns alone are grey
 * @param first whether channels may come first: where they cannot come last, or are open there, they do
 * @throws WhylightError where nobody says the size, or it is another one, or no picture's.
 */
export function inputSize(declared: readonly (number | null)[], first: boolean, { size }: ForeignOptions): InputSize {
  const lengths = declared.map((length) => (length === null || length < 0 ? null : length));
  const text = lengths.map((length) => length ?? '?').join('×');
  const axes = lengths.length === 2 ? [...lengths, 1] : lengths;
  if (axes.length !== 3) throw new WhylightError(`its input is ${text} (allowed: rows × columns × channels)`);
  const channelsFirst = first && lengths.length === 3 && axes[2] !== 3 && axes[2] !== 1;
  const [height, width, channels] = channelsFirst ? [axes[1], axes[2], axes[0]] : axes;
  if (channels !== 1 && channels !== 3) {
    const what = channels == null ? 'an unknown number of channels' : `${channels} channels`;
    throw new WhylightError(`its input has ${what}, ${text} (allowed: 1, grey, or 3, red, green and blue)`);
  }
  return { shape: [...sides(height ?? null, width ?? null, size), channels], channelsFirst };
}

function sides(height: number | null, width: number | null, size: ForeignOptions['size']): readonly [number, number] {
  const [rows, columns] = [height ?? size?.[0], width ?? size?.[1]];
  if (rows === undefined || columns === undefined) {
    throw new WhylightError('its input is of any size, and none is given (say the size, height and width in px)');
  }
  if (size !== undefined && (rows !== size[0] || columns !== size[1])) {
    throw new WhylightError(`the model takes ${rows}×${columns} px, not ${size.join('×')}`);
  }
  if (![rows, columns].every((length) => Number.isInteger(length) && length > 0 && length <= largest)) {
    throw new WhylightError(`its input is ${rows}×${columns} px (allowed: 1 to ${largest} each)`);
  }
  return [rows, columns];
}
