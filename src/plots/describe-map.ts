import type { Attribution } from '../explain/attribution';

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
  /** Share of the absolute mass that is negative. */
  readonly negative: number;
}

/** Sums a map up in a few numbers. */
export function summariseMap({ values, height, width }: MapValues): MapSummary {
  let [positive, negative, atX, atY, peak] = [0, 0, 0, 0, 0];
  values.forEach((value, i) => {
    if (value > values[peak]!) peak = i;
    if (value < 0) negative -= value;
    else {
      positive += value;
      atX += value * ((i % width) + 0.5);
      atY += value * (Math.floor(i / width) + 0.5);
    }
  });
  let halfMassArea: number | null = null;
  if (positive > 0) {
    const sorted = values
      .filter((value) => value > 0)
      .sort()
      .reverse();
    let [sum, count] = [0, 0];
    while (sum < positive / 2) sum += sorted[count++]!;
    halfMassArea = count / values.length;
  }
  return {
    peak: { x: peak % width, y: Math.floor(peak / width), value: values[peak]! },
    halfMassArea,
    centre: positive > 0 ? { x: atX / positive / width, y: atY / positive / height } : null,
    negative: positive + negative > 0 ? negative / (positive + negative) : 0,
  };
}

const third = (share: number, names: readonly [string, string, string]) =>
  share < 0.38 ? names[0] : share > 0.62 ? names[2] : names[1];

/** The part of the picture a point lies in: `upper left`, `centre`. */
export function placeName(x: number, y: number): string {
  const words = [third(y, ['upper', '', 'lower']), third(x, ['left', '', 'right'])].filter((word) => word !== '');
  return words.length === 0 ? 'centre' : words.join(' ');
}

/** A value with as many digits as a reader needs. */
export function readable(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3)
    return value.toExponential(1).replace('e-', '·10^−').replace('e+', '·10^').replace('-', '−');
  return value
    .toPrecision(3)
    .replace(/\.?0+$/, '')
    .replace('-', '−');
}

/** A sentence or two for a reader who cannot see the map: where its mass and its strongest point are. */
export function describeMap(map: MapValues): string {
  const { peak, halfMassArea, centre, negative } = summariseMap(map);
  if (centre === null || halfMassArea === null) {
    return negative > 0
      ? 'The map has no positive value: nothing in the picture speaks for the target.'
      : 'The map is zero everywhere.';
  }
  const spread = halfMassArea < 0.08 ? 'concentrated' : halfMassArea < 0.22 ? 'spread over a region' : 'widely spread';
  const where = placeName(peak.x / map.width, peak.y / map.height);
  const against =
    negative > 0.02 ? ` ${Math.round(negative * 100)} % of its absolute mass is negative, against the target.` : '';
  return (
    `The positive evidence is ${spread}: half of it lies in ${(halfMassArea * 100).toPrecision(2)} % of the picture, ` +
    `around the ${placeName(centre.x, centre.y)}; the strongest point is in the ${where}, ${peak.x} px from the left ` +
    `and ${peak.y} px from the top.${against}`
  );
}
