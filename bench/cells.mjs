/** Cells in the order in which they were measured, each with its rows. */
export function cells(rows) {
  const result = new Map();
  for (const row of rows) result.set(row.cell, [...(result.get(row.cell) ?? []), row]);
  return result;
}
