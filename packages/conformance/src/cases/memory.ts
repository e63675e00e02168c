import { expectCode, expectEqual, expectSame, expectThat } from "../check.ts";
import { normalTable, tableOf } from "../inputs.ts";
import type { CaseDefinition } from "../trial.ts";

/** create, write, read, dispose. */
export const memoryCases: readonly CaseDefinition[] = [
  {
    operation: "create",
    name: "gives zeros at any shape",
    async run(trial) {
      const shapes = [0, 1, 1, 1, 7, 5, 64, 64, 257, 129, 1, 4099, 5003, 1];
      for (let i = 0; i < shapes.length; i += 2) {
        const [rows, columns] = [shapes[i]!, shapes[i + 1]!];
        const matrix = await trial.empty(rows, columns);
        const doing = `creating ${rows} x ${columns}`;
        expectEqual(doing, "rows", matrix.rows, rows);
        expectEqual(doing, "columns", matrix.columns, columns);
        expectSame(doing, await trial.valuesOf(matrix), new Float32Array(rows * columns));
      }
    },
  },
  {
    operation: "create",
    name: "gives zeros where released memory is taken again",
    async run(trial) {
      for (let round = 0; round < 4; round++) {
        const matrix = await trial.empty(61, 17);
        expectSame(`creating in round ${round}`, await trial.valuesOf(matrix), new Float32Array(61 * 17));
        await trial.backend.write(matrix, 0, 61, (into) => void into.fill(NaN));
        matrix.dispose();
      }
    },
  },
  {
    operation: "create",
    name: "refuses what no device can hold with limit",
    async run(trial) {
      await expectCode("creating 2^30 x 2^20", "limit", () => trial.backend.create(2 ** 30, 2 ** 20));
    },
  },
  {
    operation: "create",
    name: "refuses negative, fractional and zero-width shapes with mismatch",
    async run(trial) {
      for (const [rows, columns] of [
        [3, 0] as const,
        [-1, 3] as const,
        [2.5, 3] as const,
        [2, NaN] as const,
      ]) {
        await expectCode(`creating ${rows} x ${columns}`, "mismatch", () =>
          trial.backend.create(rows, columns),
        );
      }
    },
  },
  {
    operation: "write",
    name: "fills part of the rows and leaves the others",
    async run(trial) {
      const table = normalTable(13, 7, "memory/write");
      const matrix = await trial.load(table);
      const expected = table.values.slice();
      for (const [first, rows] of [[0, 1] as const, [5, 3] as const, [12, 1] as const, [4, 0] as const]) {
        const part = normalTable(rows, 7, `memory/write/${first}`).values;
        await trial.backend.write(matrix, first, rows, (into) => {
          expectEqual("writing rows", "length of the array to fill", into.length, rows * 7);
          into.set(part);
        });
        expected.set(part, first * 7);
      }
      expectSame("writing rows", await trial.valuesOf(matrix), expected);
    },
  },
  {
    operation: "write",
    name: "fills a matrix in many blocks",
    async run(trial) {
      const table = normalTable(1009, 33, "memory/blocks");
      const matrix = await trial.empty(1009, 33);
      for (let first = 0; first < 1009; first += 100) {
        const rows = Math.min(100, 1009 - first);
        const part = table.values.subarray(first * 33, (first + rows) * 33);
        await trial.backend.write(matrix, first, rows, (into) => into.set(part));
      }
      expectSame("writing in blocks", await trial.valuesOf(matrix), table.values);
    },
  },
  {
    operation: "write",
    name: "waits for a fill that takes its time",
    async run(trial) {
      const table = normalTable(5, 3, "memory/slow");
      const matrix = await trial.empty(5, 3);
      await trial.backend.write(matrix, 0, 5, async (into) => {
        for (let p = 0; p < into.length; p++) {
          await Promise.resolve();
          into[p] = table.values[p]!;
        }
      });
      expectSame("writing slowly", await trial.valuesOf(matrix), table.values);
    },
  },
  {
    operation: "write",
    name: "hands on what fill throws, and the matrix stays usable",
    async run(trial) {
      const table = normalTable(6, 5, "memory/throw");
      const matrix = await trial.load(table);
      const reason = new Error("unreadable file");
      const writing = trial.backend.write(matrix, 2, 2, () => Promise.reject(reason));
      const caught = await writing.then(
        () => undefined,
        (error: unknown) => error,
      );
      expectThat("writing rows", caught === reason, "the error that fill threw", `${caught}`);
      await trial.backend.write(matrix, 2, 2, (into) => into.set(table.values.subarray(10, 20)));
      expectSame("writing after an error", await trial.valuesOf(matrix), table.values);
    },
  },
  {
    operation: "read",
    name: "hands out part of the rows and returns what use returns",
    async run(trial) {
      const table = normalTable(13, 7, "memory/read");
      const matrix = await trial.load(table);
      for (const [first, rows] of [[0, 13] as const, [3, 5] as const, [12, 1] as const, [13, 0] as const]) {
        const found = await trial.backend.read(matrix, first, rows, async (view) => {
          await Promise.resolve();
          return view.slice();
        });
        expectSame(`reading ${rows} rows`, found, table.values.subarray(first * 7, (first + rows) * 7));
      }
      expectEqual("reading rows", "result", await trial.backend.read(matrix, 0, 1, () => "kept"), "kept");
    },
  },
  {
    operation: "read",
    name: "gives back every value to the bit, also extreme and non-finite ones",
    async run(trial) {
      const extremes = [
        3.4028235e38,
        -3.4028235e38,
        1.17549435e-38,
        1e-18,
        1e18,
        Infinity,
        -Infinity,
        NaN,
        0,
        1 / 3,
      ];
      const table = tableOf(10, 3, (row, column) => extremes[(row + column) % 10]!);
      expectSame("reading extremes", await trial.valuesOf(await trial.load(table)), table.values);
    },
  },
  {
    operation: "read",
    name: "sees what an operation wrote before",
    async run(trial) {
      const matrix = await trial.load(tableOf(9, 4, (row) => row));
      await trial.backend.scaleRows(matrix, 2);
      expectSame("reading", await trial.valuesOf(matrix), tableOf(9, 4, (row) => 2 * row).values);
    },
  },
  {
    operation: "dispose",
    name: "frees a matrix, and a second time does nothing",
    async run(trial) {
      const kept = await trial.load(tableOf(3, 2, (row) => row));
      const matrix = await trial.empty(3, 2);
      matrix.dispose();
      matrix.dispose();
      await expectCode("reading a disposed matrix", "disposed", () => trial.valuesOf(matrix));
      expectSame("reading its neighbor", await trial.valuesOf(kept), [0, 0, 1, 1, 2, 2]);
    },
  },
  {
    operation: "dispose",
    name: "frees a whole backend, matrices included",
    async run(trial) {
      const backend = await trial.secondBackend();
      const matrix = await backend.create(3, 2);
      const other = await trial.load(tableOf(2, 2, () => 1));
      await backend.dispose();
      await expectCode("reading after the end", "disposed", () => backend.read(matrix, 0, 3, () => 0));
      await expectCode("creating after the end", "disposed", () => backend.create(3, 2));
      expectSame("reading from another backend", await trial.valuesOf(other), [1, 1, 1, 1]);
    },
  },
];
