import type { Fit, FoldingModel } from "@wellbegun/core";

/** A fit as one side of joined tables. */
export function foldingModel({ users, items, initializer }: Fit): FoldingModel {
  const row = (id: number): Float32Array => items.data.subarray(id * items.columns, (id + 1) * items.columns);
  return {
    users: { ...users, row: row as never },
    items: { ...items, row: row as never },
    foldIn: (history, options) => initializer.place(history, options),
    transform: (interactions) => ({
      data: initializer.transform(interactions),
      rows: interactions.userCount,
      columns: items.columns,
      row: row as never,
    }),
  };
}
