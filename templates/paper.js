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
  window.whylightReady = true;
})();
