import { tf } from '../../engine';
import type { CleanForm } from '../operations/operation';
import { bordered, type Table } from './window-crops';

/** A network's maps on one clean input, as tables; `close` frees them. */
export interface CleanTables {
  /** A node's map, or what a form makes of it: made at its first use. */
  readonly table: (name: string, form?: CleanForm) => Table;
  readonly close: () => void;
}

/** @param maps of one image each, by their nodes' names; the caller may free them. */
export function cleanTables(maps: ReadonlyMap<string, tf.Tensor>): CleanTables {
  const persistent = (table: Table): Table => ({ ...table, cells: tf.keep(table.cells) });
  const own = new Map([...maps].map(([name, map]) => [name, persistent(bordered(map as tf.Tensor4D))]));
  const formed = new Map<CleanForm, Map<string, Table>>();
  return {
    table: (name, form) => {
      const clean = own.get(name)!;
      if (form === undefined) return clean;
      const ready = formed.get(form) ?? new Map<string, Table>();
      const table = ready.get(name) ?? persistent({ ...clean, cells: form(clean.cells) });
      formed.set(form, ready.set(name, table));
      return table;
    },
    close: () => {
      for (const tables of [own, ...formed.values()]) {
        for (const { cells } of tables.values()) cells.dispose();
        tables.clear();
      }
    },
  };
}
