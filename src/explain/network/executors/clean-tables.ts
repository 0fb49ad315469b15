import { tf } from '../../engine';
import type { CleanForm } from '../operations/operation';
import { bordered, type Table, unbordered } from './window-crops';

/** A network's maps on one clean input, as tables; `close` frees them. */
export interface CleanTables {
  /** A node's map, or what a form makes of it: made at its first use. */
  readonly table: (name: string, form?: CleanForm) => Table;
  /** A node's map as it was, 1×H×W×C; null of a vector. Made at its first use. */
  readonly map: (name: string) => tf.Tensor4D | null;
  /** A node's vector, 1×1×1×C. */
  readonly vector: (name: string) => tf.Tensor4D;
  readonly close: () => void;
}

/** @param values maps and vectors of one image each, by their nodes' names; the caller may free them. */
export function cleanTables(values: ReadonlyMap<string, tf.Tensor>): CleanTables {
  const [maps, vectors] = [4, 2].map((rank) => [...values].filter(([, value]) => value.rank === rank)) as [
    [string, tf.Tensor][],
    [string, tf.Tensor][],
  ];
  const persistent = (table: Table): Table => ({ ...table, cells: tf.keep(table.cells) });
  const cells = new Map(
    vectors.map(([name, vector]) => [name, tf.keep(tf.reshape(vector, [1, 1, 1, vector.size]) as tf.Tensor4D)]),
  );
  const own = new Map(maps.map(([name, map]) => [name, persistent(bordered(map as tf.Tensor4D))]));
  const formed = new Map<CleanForm, Map<string, Table>>();
  const plain = new Map<string, tf.Tensor4D>();
  return {
    table: (name, form) => {
      const clean = own.get(name)!;
      if (form === undefined) return clean;
      const ready = formed.get(form) ?? new Map<string, Table>();
      const table = ready.get(name) ?? persistent({ ...clean, cells: form(clean.cells) });
      formed.set(form, ready.set(name, table));
      return table;
    },
    map: (name) => {
      const clean = own.get(name);
      if (clean === undefined) return null;
      const ready = plain.get(name) ?? tf.keep(tf.tidy(() => unbordered(clean)));
      plain.set(name, ready);
      return ready;
    },
    vector: (name) => cells.get(name)!,
    close: () => {
      for (const values of [cells, plain]) {
        for (const tensor of values.values()) tensor.dispose();
        values.clear();
      }
      for (const tables of [own, ...formed.values()]) {
        for (const { cells } of tables.values()) cells.dispose();
        tables.clear();
      }
    },
  };
}
