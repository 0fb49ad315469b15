/** Plotly's bundle, which stands above the page's own scripts. */
declare const Plotly: {
  newPlot(place: Element, data: unknown, layout: unknown, config: unknown): Promise<unknown>;
  restyle(place: Element, change: Readonly<Record<string, unknown>>, traces: readonly number[]): Promise<unknown>;
};

interface Window {
  /** Of flow.js: orders floats on pages whose text is this high and whose columns are this wide, in px. */
  orderFloats(main: HTMLElement, page: { height: number; column: number }, header: number): void;
  /** True once every figure stands in its place. */
  whylightReady?: boolean;
}
