import type { Attribution } from '../explain/attribution';
import { WhylightError } from '../explain/errors';
import type { Figure } from './figure';
import { methodPanel, type PanelOptions } from './method-panel';
import { methodTitle, targetWords } from './words';

/** How many standard errors a value lies from where it would say nothing, at least, to stay without hatching. */
const BOUND = 2;
/** Lines of the hatching, one each so many px of the picture's longer side divided by so many. */
const LINES = 40;

/** Which pixels a map's own draws leave open. */
export interface OpenPixels {
  /** 0 of a signed map; of one that only says more or less, its mean. */
  readonly reference: number;
  /** Height × width: 1 where the value is nearer to the reference than two standard errors. */
  readonly open: Uint8Array;
  /** Share of the pixels that are. */
  readonly share: number;
}

/**
 * Where a map that was made of random copies says nothing for certain: nearer to `reference` than two of its standard errors.
 * @throws WhylightError for a map without standard errors.
 */
export function openPixels({
  method,
  values,
  errors,
  signed,
}: Pick<Attribution, 'method' | 'values' | 'errors' | 'signed'>): OpenPixels {
  if (errors === undefined) {
    throw new WhylightError(
      `a map by ${method} has no standard error (allowed: maps made of random copies: rise, lime)`,
    );
  }
  const reference = signed ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
  const open = Uint8Array.from(values, (value, at) => Number(Math.abs(value - reference) < BOUND * errors[at]!));
  return { reference, open, share: open.reduce((sum, one) => sum + one, 0) / open.length };
}

/**
 * A map of random copies beside its own standard error: photo, map, standard error. The map is hatched where it is nearer than
 * two standard errors to 0 (a signed map) or to its own mean (one that only says more or less, such as RISE's).
 *
 * @throws WhylightError for a map without standard errors.
 */
export function errorPanel(
  map: Attribution,
  options: Pick<PanelOptions, 'width' | 'photo' | 'clip' | 'opacity'> = {},
): Figure {
  const { open, share, reference } = openPixels(map);
  const errors: Attribution = {
    ...map,
    title: 'Standard error',
    values: Float32Array.from(map.errors!),
    signed: false,
    notes: [],
  };
  const figure = methodPanel([map, errors], {
    width: 500,
    ...options,
    title: (one) => (one === errors ? 'Standard error' : methodTitle(one)),
  });
  const axis = options.photo === false ? '' : '2';
  const lines = hatching(open, map.height, map.width);
  const where = map.signed ? '0' : `its mean (${reference.toPrecision(3)})`;
  const words = `${(100 * share).toFixed(0)} % of the map is nearer to ${where} than ${BOUND} standard errors`;
  return {
    ...figure,
    data: [
      ...figure.data,
      {
        type: 'scatter',
        mode: 'lines',
        ...lines,
        xaxis: `x${axis}`,
        yaxis: `y${axis}`,
        line: { color: 'rgba(40,40,40,0.55)', width: 0.8 },
        hoverinfo: 'skip',
        showlegend: false,
      },
    ],
    alt: `${figure.alt} ${words}.`,
    caption: `${methodTitle(map)} of ${map.network.title} for ${targetWords(map)}, on ${map.photo.source}, and its standard error, as if the random copies were drawn again. Hatched: ${words}.`,
  };
}

/** Diagonal lines over the open pixels, broken where a pixel is not: Plotly's x and y, null between two lines. */
function hatching(open: Uint8Array, height: number, width: number) {
  const step = Math.max(2, Math.round(Math.max(height, width) / LINES));
  const x: (number | null)[] = [];
  const y: (number | null)[] = [];
  for (let sum = 0; sum <= height + width - 2; sum += step) {
    let from: number | null = null;
    const first = Math.max(0, sum - height + 1);
    const last = Math.min(width - 1, sum);
    for (let column = first; column <= last + 1; column++) {
      const inside = column <= last && open[(sum - column) * width + column] === 1;
      if (inside && from === null) from = column;
      if (inside || from === null) continue;
      // From corner to corner of the pixels that it crosses.
      x.push(from - 0.5, column - 0.5, null);
      y.push(sum - from + 0.5, sum - column + 0.5, null);
      from = null;
    }
  }
  return { x, y };
}
