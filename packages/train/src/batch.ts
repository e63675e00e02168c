/** Pairs of one training step: row r holds a user, one of its train items, and an item that is not one of them. */
export interface Batch {
  readonly users: Uint32Array;
  readonly positives: Uint32Array;
  readonly negatives: Uint32Array;
}

/** The distinct values of a list, and the number of occurrences of each. */
export interface Distinct {
  /** Ascending. */
  readonly rows: Uint32Array;
  readonly counts: Float64Array;
}

/** Counts the values of a list, which are rows of a table. */
export function distinct(list: Uint32Array): Distinct {
  const times = new Uint32Array(1 + largest(list));
  let found = 0;
  for (let i = 0; i < list.length; i++) if (times[list[i]!]!++ === 0) found++;
  const rows = new Uint32Array(found);
  const counts = new Float64Array(found);
  for (let row = 0, to = 0; to < found; row++) {
    if (times[row] === 0) continue;
    rows[to] = row;
    counts[to++] = times[row]!;
  }
  return { rows, counts };
}

function largest(list: Uint32Array): number {
  let most = 0;
  for (let i = 0; i < list.length; i++) if (list[i]! > most) most = list[i]!;
  return most;
}

/** Rows of a user table and of an item table, ascending and once each. */
export interface RowPair {
  readonly users: Uint32Array;
  readonly items: Uint32Array;
}

/** A batch over tables that hold its own rows only. */
export interface CompactBatch {
  /** The batch's users, and its items, positive and negative. */
  readonly rows: RowPair;
  /** The batch, with positions in `rows` instead of rows. */
  readonly batch: Batch;
}

/** A step needs the vectors of its own users and items alone: this finds them, and the batch among them. */
export function compactBatch({ users, positives, negatives }: Batch): CompactBatch {
  const pairs = users.length;
  const both = new Uint32Array(2 * pairs);
  both.set(positives);
  both.set(negatives, pairs);
  const [user, item] = [positionsOf(users), positionsOf(both)];
  return {
    rows: { users: user.rows, items: item.rows },
    batch: {
      users: user.positions,
      positives: item.positions.subarray(0, pairs),
      negatives: item.positions.subarray(pairs),
    },
  };
}

/** The distinct values of a list, ascending, and the position of each value of the list among them. */
function positionsOf(list: Uint32Array): { readonly rows: Uint32Array; readonly positions: Uint32Array } {
  const { rows } = distinct(list);
  const places = new Uint32Array(1 + largest(rows));
  for (let place = 0; place < rows.length; place++) places[rows[place]!] = place;
  const positions = new Uint32Array(list.length);
  for (let i = 0; i < list.length; i++) positions[i] = places[list[i]!]!;
  return { rows, positions };
}
