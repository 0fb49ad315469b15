import { interpolateViridis } from 'd3-scale-chromatic';
import { WhylightError } from '../explain/errors';
import type { FeatureMaps } from '../explain/feature-maps';
import { placeWords, readable, summariseMap } from './describe-map';
import type { Figure } from './figure';
import { baseLayout, photoBehind, pictureAxes, plainText, rows } from './layout';

/** How the grid is drawn. */
export interface FeatureGridOptions {
  /** Pictures in a row. Default: as many as make the grid about twice as wide as high. */
  readonly columns?: number;
  /** Width in px. Default 640. */
  readonly width?: number;
  /** The photo comes first. Default true. */
  readonly photo?: boolean;
}

const GAP = 6;
const TITLE = 15;
const FONT = 11;

/**
 * Channels of a layer as a grid of pictures, each on a scale of its own from its lowest value to its highest.
 * @throws WhylightError for no maps.
 */
export function featureGrid(features: FeatureMaps, options: FeatureGridOptions = {}): Figure {
  const { layer, height, width: mapWidth, maps, input, of, network } = features;
  if (maps.length === 0) throw new WhylightError('a feature grid needs at least one channel; got none');
  const { width = 640, photo = true } = options;
  const cells = maps.length + (photo ? 1 : 0);
  const columns = Math.min(cells, options.columns ?? Math.ceil(Math.sqrt(2 * cells)));
  const lines = Math.ceil(cells / columns);
  const side = (width - GAP * (columns - 1) - 4) / columns;
  const cellHeight = side * (input.height / input.width);
  const total = Math.round(lines * (cellHeight + TITLE + GAP));
  const scale = Array.from({ length: 17 }, (_, i) => [i / 16, interpolateViridis(i / 16)]);
  const domain = (cell: number) => {
    const [row, column] = [Math.floor(cell / columns), cell % columns];
    const left = (column * (side + GAP)) / width;
    const top = 1 - (row * (cellHeight + TITLE + GAP) + TITLE) / total;
    return { x: [left, Math.min(1, left + side / width)], y: [Math.max(0, top - cellHeight / total), top] } as const;
  };
  const axis = (cell: number) => (cell === 0 ? '' : String(cell + 1));
  const first = photo ? 1 : 0;
  const titles = [...(photo ? ['Photo'] : []), ...maps.map(({ channel }) => `${channel}`)];
  const peakWords = (values: Float32Array) => {
    const { peak } = summariseMap({ values, height, width: mapWidth });
    return placeWords((peak.x + 0.5) / mapWidth, (peak.y + 0.5) / height);
  };
  return {
    data: [
      ...(photo ? [{ type: 'scatter', x: [], y: [], xaxis: 'x', yaxis: 'y' }] : []),
      ...maps.map(({ values, channel }, i) => ({
        type: 'heatmap',
        z: rows(values, mapWidth),
        xaxis: `x${axis(i + first)}`,
        yaxis: `y${axis(i + first)}`,
        colorscale: scale,
        showscale: false,
        zsmooth: false,
        hovertemplate: `channel ${channel}<br>x %{x}, y %{y}<br>%{z:.4g}<extra></extra>`,
      })),
    ],
    layout: {
      ...baseLayout(FONT),
      width,
      height: total,
      margin: { l: 2, r: 2, t: 0, b: 0 },
      ...(photo ? { images: [photoBehind(input)] } : {}),
      ...Object.assign(
        {},
        ...titles.map((_, cell) =>
          pictureAxes(photo && cell === 0 ? input : { width: mapWidth, height }, axis(cell), domain(cell)),
        ),
      ),
      annotations: titles.map((text, cell) => ({
        text: plainText(text),
        showarrow: false,
        xref: 'paper',
        yref: 'paper',
        x: (domain(cell).x[0] + domain(cell).x[1]) / 2,
        y: domain(cell).y[1],
        xanchor: 'center',
        yanchor: 'bottom',
        font: { size: FONT },
      })),
    },
    alt:
      `${maps.length} of ${of} channels of ${layer} (${height}×${mapWidth}) of ${network.title} on ` +
      `${features.photo.source}. Where each is strongest: ${maps
        .map(({ channel, mean, values }) => `channel ${channel} (mean ${readable(mean)}) ${peakWords(values)}`)
        .join(', ')}.`,
    caption:
      `Feature maps of ${network.title} at ${layer}, ${height}×${mapWidth}: ${maps.length} of ${of} channels, numbered, ` +
      `each from its lowest value (dark) to its highest (bright).`,
  };
}
