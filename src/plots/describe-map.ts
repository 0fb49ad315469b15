import type { Attribution } from '../explain/attribution';
import { countReaching } from '../explain/statistics/magnitudes';

/** A map's values and size. */
export type MapValues = Pick<Attribution, 'values' | 'height' | 'width'>;

/** Where a map is strongest and where its mass lies. */
export interface MapSummary {
  /** Position of the largest value, px from the left and the top. */
  readonly peak: { readonly x: number; readonly y: number; readonly value: number };
  /** Smallest share of the pixels that holds half of the positive mass, 0–1; null where nothing is positive. */
  readonly halfMassArea: number | null;
  /** Centre of the positive mass, as shares of width and height; null where nothing is positive. */
  readonly centre: { readonly x: number; readonly y: number } | null;
  /** The ninth of the picture (3×3) with the most positive mass and its share of it; null where nothing is positive. */
  readonly densest: { readonly place: string; readonly share: number } | null;
  /** Share of the absolute mass that is negative. */
  readonly negative: number;
}

/** Sums a map up in a few numbers. */
export function summariseMap(map: MapValues): MapSummary {
  const { values, width } = map;
  const ninths = new Float64Array(9);
  const { positive, negative, atX, atY, peak } = massesOf(map, ninths);
  const most = ninths.indexOf(Math.max(...ninths));
  const some = positive > 0;
  return {
    peak: { x: peak % width, y: Math.floor(peak / width), value: values[peak]! },
    halfMassArea: some ? countReaching(values, positive / 2) / values.length : null,
    centre: some ? { x: atX / positive, y: atY / positive } : null,
    densest: some
      ? { place: placeName(((most % 3) + 0.5) / 3, (Math.floor(most / 3) + 0.5) / 3), share: ninths[most]! / positive }
      : null,
    negative: positive + negative > 0 ? negative / (positive + negative) : 0,
  };
}

/** Sums over all values, those of the ninths into `ninths`, and the first place of the largest value. */
function massesOf({ values, height, width }: MapValues, ninths: Float64Array) {
  let positive = 0;
  let negative = 0;
  let atX = 0;
  let atY = 0;
  let peak = 0;
  for (let row = 0, i = 0; row < height; row++) {
    const y = (row + 0.5) / height;
    for (let column = 0; column < width; column++, i++) {
      const value = values[i]!;
      if (value > values[peak]!) peak = i;
      if (value < 0) negative -= value;
      else {
        const x = (column + 0.5) / width;
        positive += value;
        atX += value * x;
        atY += value * y;
        ninths[Math.floor(y * 3) * 3 + Math.floor(x * 3)]! += value;
      }
    }
  }
  return { positive, negative, atX, atY, peak };
}

/** The part of the picture a point lies in, to be read after “in the”: `upper left`, `upper middle`, `centre`. */
export function placeName(x: number, y: number): string {
  const row = (['upper', 'middle', 'lower'] as const)[Math.min(2, Math.floor(y * 3))]!;
  const column = (['left', 'middle', 'right'] as const)[Math.min(2, Math.floor(x * 3))]!;
  return row === 'middle' && column === 'middle' ? 'centre' : `${row} ${column}`;
}

/** The same part as it reads in a sentence: `at the upper left`, `at the left`, `at the top`, `in the centre`. */
export function placeWords(x: number, y: number): string {
  const [row, column] = placeName(x, y).split(' ');
  if (column === undefined) return 'in the centre';
  if (row === 'middle') return `at the ${column}`;
  if (column === 'middle') return row === 'upper' ? 'at the top' : 'at the bottom';
  return `at the ${row} ${column}`;
}

/** A value with three significant digits and a true minus sign: `0.0849`, `180`, `−2.4×10⁻⁵`. */
export function readable(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) {
    const [digits, power] = value.toExponential(1).split('e');
    const raised = [...String(Number(power))].map((sign) => (sign === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(sign)])).join('');
    return `${digits!.replace('-', '−')}×10${raised}`;
  }
  return String(Number(value.toPrecision(3))).replace('-', '−');
}

/**
 * The numbers of one scale, all with the decimals that give the largest three significant digits: `−8.1`, `0`, `19.0`.
 * Whole numbers stay whole; a number that these would round to zero has digits of its own.
 */
export function readableTogether(values: readonly number[]): string[] {
  const largest = Math.max(...values.map(Math.abs));
  if (largest >= 1e5 || largest < 1e-3) return values.map(readable);
  const decimals = values.every(Number.isInteger) ? 0 : Math.max(0, 2 - Math.floor(Math.log10(largest)));
  return values.map((value) => {
    const text = value.toFixed(decimals);
    return Number(text) === 0 ? readable(value) : text.replace('-', '−');
  });
}

/** A sentence or two for a reader who cannot see the map: where its mass and its strongest point are. */
export function describeMap(map: MapValues): string {
  const { peak, halfMassArea, densest, negative } = summariseMap(map);
  if (densest === null || halfMassArea === null) {
    return negative > 0
      ? 'The map has no positive value: nothing in the picture speaks for the target.'
      : 'The map is zero everywhere.';
  }
  const against =
    negative > 0.02 ? ` ${Math.round(negative * 100)} % of its absolute mass is negative, against the target.` : '';
  return (
    `Half of the map’s positive mass lies in ${share(halfMassArea)} of the picture; the ${densest.place} ninth holds ` +
    `${share(densest.share)} of it. The strongest point is at x ${peak.x} px, y ${peak.y} px from the upper left ` +
    `corner, ${placeWords((peak.x + 0.5) / map.width, (peak.y + 0.5) / map.height)}.${against}`
  );
}

const share = (part: number) => `${Number((part * 100).toPrecision(2))} %`;
