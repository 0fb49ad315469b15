/** Height in px of all that stands above the columns, on a page of this width. */
function headerHeight(width) {
  document.body.style.width = `${width - (28 * 96) / 25.4}px`;
  const height = document.querySelector('main').getBoundingClientRect().top - document.body.getBoundingClientRect().top;
  document.body.style.width = '';
  return height;
}

// Draws every figure into its place; `whylightReady` tells the printer that all are there.
(async () => {
  const figures = JSON.parse(document.getElementById('figures').textContent);
  const printing = matchMedia('print').matches;
  await document.fonts.ready;
  for (const place of document.querySelectorAll('[data-figure]')) {
    const { data, layout } = figures[place.dataset.figure];
    await Plotly.newPlot(place, data, layout, { staticPlot: printing, displayModeBar: false, responsive: false });
  }
  await document.fonts.ready;
  if (printing) {
    const main = document.querySelector('main');
    const { height, width } = document.body.dataset;
    window.orderFloats(main, { height: Number(height), width: Number(width) }, headerHeight(Number(width)));
  }
  window.whylightReady = true;
})();
