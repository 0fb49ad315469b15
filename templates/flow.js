// Orders the printed page: a figure or table that no longer fits its column lets the text behind it pass and stands in
// the next column, so that no column ends in a gap. Chromium breaks the columns; this foresees where.
(() => {
  /** Every block in order, with its height, the space above it, and how it breaks. */
  function measure(main, width) {
    Object.assign(main.style, { width: `${width}px`, columnCount: 'auto' });
    const blocks = [...main.querySelectorAll(':scope > section > *')].map((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      const style = getComputedStyle(element);
      return {
        element,
        height: bottom - top,
        margin: [Number.parseFloat(style.marginTop), Number.parseFloat(style.marginBottom)],
        kind: /^H[23]$/.test(element.tagName)
          ? 'heading'
          : floats(element)
            ? 'float'
            : breaks(element)
              ? 'text'
              : 'solid',
        line: Number.parseFloat(style.lineHeight) || 16,
        // A formula stays with the sentence before it, which announces it.
        tied: element.matches('.equation'),
        start: startOf(element),
        // Repeated where a table goes on.
        head: element.querySelector('thead')?.getBoundingClientRect().height ?? 0,
      };
    });
    Object.assign(main.style, { width: '', columnCount: '' });
    return blocks;
  }

  const floats = (element) => element.matches('figure, table:not(.long)');
  const breaks = (element) =>
    element.matches('p, ol, ul') || (element.matches('table') && getComputedStyle(element).breakInside === 'auto');
  /** Height of a table's caption, head and first three rows, which stay together; Chromium itself would part them. */
  const startOf = (element) => {
    const row = element.querySelector('tbody tr:nth-child(3)');
    return row === null ? 0 : row.getBoundingClientRect().bottom - element.getBoundingClientRect().top;
  };

  /** A column being filled. */
  function columns(capacity) {
    let index = 0;
    let used = 0;
    let before = 0;
    /** Margins collapse, and vanish at the top of a column. */
    const space = ({ margin }) => (used === 0 ? 0 : Math.max(before, margin[0]));
    const room = () => capacity(index) - used;
    const next = () => {
      index++;
      used = 0;
    };
    return {
      fits: (block) => block.height + space(block) <= room() + 0.5,
      /** `keep`: what has to follow in the same column, in px. */
      put(block, keep = 0) {
        const { kind, height, line } = block;
        const above = space(block);
        before = block.margin[1];
        if (kind === 'text') {
          let left = height;
          const lines = Math.floor((room() - above + 0.5) / line);
          if (left + keep <= room() - above + 0.5) {
            used += above + left;
            return;
          }
          if (block.start > room() - above + 0.5) {
            block.element.style.breakBefore = 'column';
            next();
            return this.put(block, keep);
          }
          // Two lines at least stay together at either side of a break.
          let here = Math.min(lines, Math.round(left / line) - 2);
          if (here < 2) here = 0;
          left -= here * line;
          next();
          while (left + block.head > capacity(index)) {
            left -= capacity(index) - block.head;
            next();
          }
          used = left + block.head;
          return;
        }
        if (above + height + keep > room() + 0.5 && used > 0) {
          next();
          used = height;
        } else used += above + height;
      },
    };
  }

  window.orderFloats = (main, page, header) => {
    const { column: width, height: full } = page;
    const blocks = measure(main, width);
    const page1 = full - header;
    const filling = columns((index) => (index < 2 ? page1 : full));
    const waiting = [];
    let last = null;
    let held = false;
    const running = blocks.filter(({ kind }) => kind !== 'float');
    const next = new Map(running.map((block, i) => [block, running[i + 1]]));
    /** What follows a block in the same column: what a heading stands above, and a formula. */
    const keepBelow = (block) => {
      const below = next.get(block);
      if (below === undefined || !(block.kind === 'heading' || below.tied)) return 0;
      return Math.max(block.margin[1], below.margin[0]) + least(below);
    };
    /** The least of a block that its column must hold. */
    const least = (block) =>
      block.kind === 'text' && block.height > 3.5 * block.line ? 2 * block.line : block.height + keepBelow(block);
    const place = (block, keep) => {
      filling.put(block, keep);
      if (last !== null && block.kind === 'float') last.element.after(block.element);
      last = block;
    };
    const release = () => {
      while (waiting.length > 0 && filling.fits(waiting[0])) place(waiting.shift());
    };
    for (const block of blocks) {
      if (block.kind === 'float') {
        if (held || waiting.length > 0 || !filling.fits(block)) waiting.push(block);
        else place(block);
        continue;
      }
      const keep = keepBelow(block);
      place(block, keep);
      held = keep > 0;
      if (!held) release();
    }
    for (const block of waiting) place(block);
  };
})();
