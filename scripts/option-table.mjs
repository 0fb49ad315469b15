/**
 * A table's cell.
 * @param {string} text
 */
export const cell = (text) => text.replaceAll('|', '\\|');

/**
 * Options as lines of a table; none where there are none.
 * @param {readonly any[]} rows of `describeOptions`.
 * @returns {string[]}
 */
export function optionTable(rows) {
  if (rows.length === 0) return [];
  const lines = rows.map(
    ({ name, allowed, unit, default: standard, effect }) =>
      `| \`${name}\` | ${cell(effect)} | ${cell(allowed)}${unit === null ? '' : `; ${cell(unit)}`} | ${standard ?? ''} |`,
  );
  return ['| option | what it is | allowed | default |', '|---|---|---|---|', ...lines, ''];
}
