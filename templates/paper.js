// Draws every figure into its place: at the size of print and still for the printer, else as large as the column allows
// and alive. `whylightReady` tells the printer that all are there.
(() => {
  /** @type {(selector: string, within?: ParentNode) => HTMLElement} */
  const the = (selector, within = document) => /** @type {HTMLElement} */ (within.querySelector(selector));
  const [pictures, figures] = ['#pictures', '#figures'].map((id) => JSON.parse(the(id).textContent));
  for (const { layout } of Object.values(figures)) {
    for (const image of layout.images ?? []) image.source = pictures[image.source];
  }
  const places = [...document.querySelectorAll('[data-figure]')];
  const print = matchMedia('print');
  const dark = matchMedia('(prefers-color-scheme: dark)');

  /** A figure's layout or trace with everything that is measured in px enlarged. */
  function enlarge(value, factor, key = '') {
    if (typeof value === 'number') {
      const px = /^(?:width|height|size|l|r|t|b|thickness|xpad|ypad|standoff|borderpad|pad|linewidth)$/;
      return px.test(key) ? value * factor : value;
    }
    if (Array.isArray(value)) return value.map((one) => (typeof one === 'object' ? enlarge(one, factor) : one));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, enlarge(one, factor, name)]));
  }

  function draw(place, printing) {
    const { data, layout } = figures[place.dataset.figure];
    const room = place.parentElement.clientWidth;
    const factor = printing ? 1 : Math.max(1, Math.min(1.7, room / layout.width));
    const large = enlarge(layout, factor);
    large.font = { ...large.font, family: getComputedStyle(document.body).fontFamily };
    const traces = data.map(({ error_x, ...trace }) => ({ ...enlarge(trace, factor), ...(error_x && { error_x }) }));
    if (!printing && dark.matches) {
      Object.assign(large, { paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)' });
      large.font = { ...large.font, color: '#ddd' };
      for (const name of ['xaxis', 'yaxis']) if (large[name]?.gridcolor) large[name].gridcolor = '#444';
    }
    Object.assign(place.style, { width: `${large.width}px`, height: `${large.height}px` });
    const config = { staticPlot: printing, displayModeBar: false, responsive: false };
    const drawn = Plotly.newPlot(place, structuredClone(traces), structuredClone(large), config);
    // The figure around it bears the words for those who cannot see; its parts would be figures without any.
    return drawn.then(() => {
      for (const part of place.querySelectorAll('svg, image')) part.setAttribute('role', 'none');
    });
  }

  /** A button below each map that takes the map off its photo and puts it back. */
  function addToggle(place) {
    const { data, layout } = figures[place.dataset.figure];
    const over = new Set((layout.images ?? []).map(({ xref }) => xref));
    const maps = data.flatMap(({ type, xaxis = 'x' }, i) => (type === 'heatmap' && over.has(xaxis) ? [i] : []));
    if (maps.length === 0) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Hide the map';
    button.setAttribute('aria-pressed', 'false');
    button.addEventListener('click', () => {
      const hidden = button.getAttribute('aria-pressed') !== 'true';
      button.setAttribute('aria-pressed', String(hidden));
      button.textContent = hidden ? 'Show the map' : 'Hide the map';
      Plotly.restyle(place, { visible: !hidden }, maps);
    });
    place.after(button);
  }

  /** Height in px of all that stands above the columns, where the text is this wide. */
  function headerHeight(width) {
    document.body.style.width = `${width}px`;
    const height = the('main').getBoundingClientRect().top - document.body.getBoundingClientRect().top;
    document.body.style.width = '';
    return height;
  }

  /** Says on the console, which the printer reads, that a formula runs into its number where a column is this wide. */
  function checkEquations(width) {
    const main = the('main');
    Object.assign(main.style, { width: `${width}px`, columnCount: 'auto' });
    for (const equation of document.querySelectorAll('.equation')) {
      const number = the('.number', equation);
      const ends = [...equation.querySelectorAll('.katex-base')].map((base) => base.getBoundingClientRect().right);
      if (Math.max(...ends) > number.getBoundingClientRect().left) {
        console.error(`equation ${number.textContent} is too wide for a column`);
      }
    }
    Object.assign(main.style, { width: '', columnCount: '' });
  }

  const drawAll = (printing) => Promise.all(places.map((place) => draw(place, printing)));

  async function start() {
    // Figures are measured with the letters that they show.
    await Promise.all([...document.fonts].filter(({ family }) => /^"?Own \d/.test(family)).map((face) => face.load()));
    await document.fonts.ready;
    await drawAll(print.matches);
    await document.fonts.ready;
    if (print.matches) {
      const { dataset } = document.body;
      const page = { height: Number(dataset.height), column: Number(dataset.column) };
      checkEquations(page.column);
      window.orderFloats(the('main'), page, headerHeight(Number(dataset.width)));
    } else {
      places.forEach(addToggle);
      addEventListener('beforeprint', () => drawAll(true));
      addEventListener('afterprint', () => drawAll(false));
      dark.addEventListener('change', () => drawAll(false));
      let width = innerWidth;
      addEventListener('resize', () => {
        if (innerWidth !== width) drawAll(false);
        width = innerWidth;
      });
    }
    window.whylightReady = true;
  }
  start();
})();
