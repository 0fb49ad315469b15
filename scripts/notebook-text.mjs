/**
 * A notebook for Whylight's kernel, as it is written.
 *
 * @param {readonly (string | { source: string, tags: readonly string[] } | { markdown: string })[]} cells code, code with
 *   tags, or words.
 */
export function notebookText(cells) {
  const whole = cells.map((cell, i) => {
    const id = `cell-${i}`;
    if (typeof cell === 'object' && 'markdown' in cell)
      return { id, cell_type: 'markdown', source: cell.markdown, metadata: {} };
    const [source, metadata] = typeof cell === 'string' ? [cell, {}] : [cell.source, { tags: cell.tags }];
    return { id, cell_type: 'code', source, metadata, outputs: [], execution_count: null };
  });
  const kernelspec = { name: 'whylight', display_name: 'TypeScript (Whylight)', language: 'typescript' };
  return JSON.stringify({ cells: whole, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 });
}
