import { expectClose, expectEqual } from "../check.ts";
import { magnitudeTable, normalTable, type Table, tableOf, withRows } from "../inputs.ts";
import { product } from "../reference.ts";
import type { CaseDefinition, Trial } from "../trial.ts";

/** Rows of the result, depth, columns of the result. */
const SHAPES: readonly (readonly [number, number, number])[] = [
  [0, 3, 2],
  [1, 1, 1],
  [1, 7, 1],
  [7, 1, 5],
  [1, 5, 64],
  [4, 4, 4],
  [8, 16, 8],
  [13, 17, 19],
  [31, 64, 33],
  [65, 127, 66],
  [63, 300, 67],
  [257, 65, 131],
  [2, 1031, 3],
  [1009, 1, 1],
];

/** multiply. */
export const multiplyCases: readonly CaseDefinition[] = [
  ...SHAPES.map(([rows, depth, columns]): CaseDefinition => {
    return {
      operation: "multiply",
      name: `${rows} x ${depth} by ${depth} x ${columns}, as it is and transposed, overwriting and adding`,
      async run(trial) {
        const b = normalTable(depth, columns, `multiply/b/${columns}`);
        await expectProduct(trial, normalTable(rows, depth, `multiply/a/${rows}`), b, false);
        // The transposed `a` has one row for each step of the depth, and needs at least one column.
        if (rows > 0) await expectProduct(trial, normalTable(depth, rows, `multiply/t/${rows}`), b, true);
      },
    };
  }),
  {
    operation: "multiply",
    name: "gives zeros for a transposed matrix without rows",
    async run(trial) {
      await expectProduct(
        trial,
        normalTable(0, 5, "multiply/none/a"),
        normalTable(0, 3, "multiply/none/b"),
        true,
      );
    },
  },
  {
    operation: "multiply",
    name: "takes one matrix on both sides",
    async run(trial) {
      const x = normalTable(19, 19, "multiply/both");
      const matrix = await trial.load(x);
      for (const transposeA of [false, true]) {
        const out = await trial.garbage(19, 19);
        await trial.backend.multiply(matrix, matrix, out, { transposeA });
        await trial.expectMatrix("multiplying a matrix by itself", out, product(x, x, transposeA));
      }
      await trial.expectMatrix("looking at the input again", matrix, {
        values: Float64Array.from(x.values),
        scale: new Float64Array(x.values.length),
      });
    },
  },
  {
    operation: "multiply",
    name: "adds again and again",
    async run(trial) {
      const a = normalTable(9, 14, "multiply/again/a");
      const b = normalTable(14, 6, "multiply/again/b");
      const [left, right, out] = [await trial.load(a), await trial.load(b), await trial.empty(9, 6)];
      for (let i = 0; i < 3; i++) await trial.backend.multiply(left, right, out, { accumulate: true });
      const once = product(a, b, false);
      const expected = { values: once.values.map((v) => 3 * v), scale: once.scale.map((v) => 3 * v) };
      await trial.expectMatrix("adding a product three times", out, expected);
    },
  },
  {
    operation: "multiply",
    name: "holds for rows of extreme magnitude beside each other",
    async run(trial) {
      const a = magnitudeTable([1e18, 1e-18, 1, 1e-18, 1e18], 29, "multiply/extreme/a");
      for (const magnitude of [1e18, 1, 1e-18]) {
        const b = magnitudeTable(new Array<number>(29).fill(magnitude), 7, "multiply/extreme/b");
        const out = await trial.garbage(5, 7);
        await trial.backend.multiply(await trial.load(a), await trial.load(b), out);
        await trial.expectMatrix("multiplying extremes", out, product(a, b, false));
      }
    },
  },
  {
    operation: "multiply",
    name: "keeps NaN to its own row of a and its own column of b",
    async run(trial) {
      const a = withRows(normalTable(70, 13, "multiply/nan/a"), [0, 33, 69], NaN);
      const clean = normalTable(13, 9, "multiply/nan/b");
      const b = tableOf(13, 9, (row, column) => (column === 4 ? NaN : clean.values[row * 9 + column]!));
      const out = await trial.empty(70, 9);
      await trial.backend.multiply(await trial.load(a), await trial.load(b), out);
      await trial.expectMatrix("multiplying beside NaN", out, product(a, b, false), (row, column) => {
        return column === 4 || row === 0 || row === 33 || row === 69;
      });
    },
  },
];

/** gram. */
export const gramCases: readonly CaseDefinition[] = [
  {
    operation: "gram",
    name: "matches the reference at every shape and is symmetric to the bit",
    async run(trial) {
      for (const [rows, columns] of [
        [0, 3] as const,
        [1, 1] as const,
        [1, 5] as const,
        [7, 1] as const,
        [13, 8] as const,
        [64, 64] as const,
        [101, 67] as const,
        [37, 131] as const,
        [20011, 3] as const,
      ]) {
        await expectGram(trial, normalTable(rows, columns, `gram/${rows}`));
      }
    },
  },
  {
    operation: "gram",
    name: "loses nothing over many rows of one sign",
    async run(trial) {
      await expectGram(trial, magnitudeTable(new Array<number>(20011).fill(1), 5, "gram/many"));
    },
  },
  {
    operation: "gram",
    name: "holds for columns of extreme magnitude, and keeps a column of NaN to itself",
    async run(trial) {
      const magnitudes = [1, 1e18, 1e-18, NaN, 1e9, 1e-9];
      const plain = magnitudeTable(new Array<number>(31).fill(1), 6, "gram/extreme");
      await expectGram(
        trial,
        tableOf(31, 6, (row, column) => plain.values[row * 6 + column]! * magnitudes[column]!),
        3,
      );
    },
  },
];

async function expectProduct(trial: Trial, a: Table, b: Table, transposeA: boolean): Promise<void> {
  const rows = transposeA ? a.columns : a.rows;
  const [left, right] = [await trial.load(a), await trial.load(b)];
  const doing = `multiplying ${a.rows} x ${a.columns}${transposeA ? " transposed" : ""} by ${b.rows} x ${b.columns}`;
  const out = await trial.garbage(rows, b.columns);
  await trial.backend.multiply(left, right, out, { transposeA });
  await trial.expectMatrix(doing, out, product(a, b, transposeA));

  const start = normalTable(rows, b.columns, "multiply/start");
  const sum = await trial.load(start);
  await trial.backend.multiply(left, right, sum, { transposeA, accumulate: true });
  await trial.expectMatrix(`${doing}, adding`, sum, product(a, b, transposeA, start));
}

async function expectGram(trial: Trial, x: Table, ignored?: number): Promise<void> {
  const { columns } = x;
  const doing = `computing the Gram matrix of ${x.rows} x ${columns}`;
  const found = await trial.backend.gram(await trial.load(x));
  expectClose(doing, found, product(x, x, true), trial.tolerances.sums, columns, (row, column) => {
    return row === ignored || column === ignored;
  });
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < i; j++) {
      if (i === ignored || j === ignored) continue;
      expectEqual(
        doing,
        `entries (${i}, ${j}) and (${j}, ${i})`,
        found[i * columns + j],
        found[j * columns + i],
      );
    }
  }
}
