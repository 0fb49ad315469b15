/** Plotly's bundle, which stands above the page's own scripts. */
declare const Plotly: {
  newPlot(place: Element, data: unknown, layout: unknown, config: unknown): Promise<unknown>;
  restyle(place: Element, change: Readonly<Record<string, unknown>>, traces: readonly number[]): Promise<unknown>;
};

interface Window {
  /** Of flow.js: orders floats on the printed page. */
  orderFloats(main: HTMLElement, page: { height: number; width: number }, header: number): void;
  /** True once every figure stands in its place. */
  whylightReady?: boolean;
}
