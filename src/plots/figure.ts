/** A Plotly figure as plain JSON, with what a reader who cannot see it needs. Numbering belongs to the report. */
export interface Figure {
  /** Plotly traces. */
  readonly data: readonly Readonly<Record<string, unknown>>[];
  /** Plotly layout; `width` and `height` in px are always set. */
  readonly layout: Readonly<Record<string, unknown>>;
  /** What the picture shows (where the map's mass is), not just its name. */
  readonly alt: string;
  /** A sentence or two for below the picture, with the numbers it needs. */
  readonly caption: string;
}
