import type { ImageSample } from '../explain/image/sample';
import { dataUri } from './data-uri';

/** Text that Plotly shows as it is: it reads a few HTML tags and entities otherwise. */
export function plainText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** What every figure's layout starts from. */
export const baseLayout = {
  font: { family: 'STIX Two Text, Georgia, serif', size: 12, color: '#222' },
  paper_bgcolor: 'white',
  plot_bgcolor: 'white',
  margin: { l: 8, r: 8, t: 34, b: 8 },
  showlegend: false,
} as const;

/** A photo behind a subplot whose axes count its px from the upper left. */
export function photoBehind(image: ImageSample, axis = ''): Record<string, unknown> {
  return {
    source: dataUri(image),
    xref: `x${axis}`,
    yref: `y${axis}`,
    x: -0.5,
    y: -0.5,
    sizex: image.width,
    sizey: image.height,
    sizing: 'stretch',
    layer: 'below',
  };
}

/** Axes in px of the picture, square, without ticks. */
export function pictureAxes(
  { width, height }: Pick<ImageSample, 'width' | 'height'>,
  axis = '',
  domain: { readonly x: readonly [number, number]; readonly y: readonly [number, number] } = { x: [0, 1], y: [0, 1] },
): Record<string, unknown> {
  const bare = { showgrid: false, zeroline: false, showticklabels: false, ticks: '', constrain: 'domain' };
  return {
    [`xaxis${axis}`]: { ...bare, range: [-0.5, width - 0.5], domain: domain.x, anchor: `y${axis}` },
    [`yaxis${axis}`]: {
      ...bare,
      range: [height - 0.5, -0.5],
      domain: domain.y,
      anchor: `x${axis}`,
      scaleanchor: `x${axis}`,
      scaleratio: 1,
    },
  };
}

/** Rows of a map, each value with four significant digits: enough to read, a third of the size. */
export function rows(values: Float32Array, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, y) =>
    Array.from(values.subarray(y * width, (y + 1) * width), (value) => Number(value.toPrecision(4))),
  );
}
