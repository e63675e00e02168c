import type { Backend } from "@wellbegun/core";
import type { Assignment, Matrix, SparseMatrix } from "@wellbegun/core/backend";
import { expectCode } from "../check.ts";
import type { CaseDefinition, Trial } from "../trial.ts";

// Any backend must refuse these calls, also one that is not made by checkedBackend. That the checked face of core
// refuses them before it calls the device is tested in core, whose tests cannot import this package.

/** Well-formed operands, made anew for each call. */
interface Operands {
  /** 4 x 3. */
  readonly x: Matrix;
  /** 3 x 2. */
  readonly y: Matrix;
  /** 4 x 2. */
  readonly out: Matrix;
  /** 4 x 3, as x. */
  readonly wide: Matrix;
  /** 3 x 2, as y. */
  readonly short: Matrix;
  /** Of 4 rows, 3 columns and 2 clusters. */
  readonly assignment: Assignment;
}

type Call = (backend: Backend, operands: Operands) => Promise<unknown>;

/** A call that must be refused with `mismatch`, and the reason. */
type Wrong = readonly [operation: string, what: string, call: Call];

const sparse: SparseMatrix = {
  rows: 4,
  columns: 3,
  offsets: Uint32Array.of(0, 1, 2, 3, 4),
  indices: Uint32Array.of(0, 1, 2, 0),
};
const fewer: SparseMatrix = { ...sparse, rows: 3, columns: 4, offsets: sparse.offsets.subarray(1) };
const six = new Float32Array(6);

const WRONG: readonly Wrong[] = [
  ["write", "rows past the end", (b, { x }) => b.write(x, 3, 2, () => {})],
  ["write", "a negative first row", (b, { x }) => b.write(x, -1, 2, () => {})],
  ["read", "rows past the end", (b, { x }) => b.read(x, 0, 5, () => 0)],
  ["columnMoments", "a short shift", (b, { x }) => b.columnMoments(x, { shift: new Float64Array(2) })],
  ["columnMoments", "a short mask", (b, { x }) => b.columnMoments(x, { missing: new Uint8Array(3) })],
  [
    "transformRows",
    "a long shift",
    (b, { x }) => b.transformRows(x, { unit: true, shift: new Float64Array(4) }),
  ],
  [
    "transformRows",
    "a short scale",
    (b, { x }) => b.transformRows(x, { unit: true, scale: new Float64Array(2) }),
  ],
  [
    "transformRows",
    "a long mask",
    (b, { x }) => b.transformRows(x, { unit: true, missing: new Uint8Array(5) }),
  ],
  ["scaleRows", "too few factors", (b, { x }) => b.scaleRows(x, new Float32Array(3))],
  ["addScaled", "other rows", (b, { x, y }) => b.addScaled(x, y, 1)],
  ["addScaled", "a wider matrix", (b, { x, out }) => b.addScaled(out, x, 1)],
  ["addScaled", "columns past the end", (b, { x, out }) => b.addScaled(x, out, 1, 2)],
  ["multiply", "other depths", (b, { x, wide, out }) => b.multiply(x, wide, out)],
  ["multiply", "other depths, transposed", (b, { x, y, out }) => b.multiply(x, y, out, { transposeA: true })],
  ["multiply", "an out of other rows", (b, { x, y, short }) => b.multiply(x, y, short)],
  ["multiply", "an out of other columns", (b, { x, y, wide }) => b.multiply(x, y, wide)],
  [
    "multiplySparse",
    "other columns than x has rows",
    (b, { y, out }) => b.multiplySparse({ ...sparse, columns: 4 }, y, out),
  ],
  ["multiplySparse", "an out of other rows", (b, { y, short }) => b.multiplySparse(sparse, y, short)],
  ["multiplySparse", "an out of other columns", (b, { y, wide }) => b.multiplySparse(sparse, y, wide)],
  [
    "multiplySparse",
    "too few offsets",
    (b, { y, out }) => b.multiplySparse({ ...sparse, offsets: Uint32Array.of(0, 1) }, y, out),
  ],
  [
    "multiplySparse",
    "too few values",
    (b, { y, out }) => b.multiplySparse({ ...sparse, values: new Float32Array(3) }, y, out),
  ],
  [
    "multiplySparse",
    "too few row factors",
    (b, { y, out }) => b.multiplySparse({ ...sparse, rowScale: new Float32Array(3) }, y, out),
  ],
  [
    "multiplySparse",
    "too few column factors",
    (b, { y, out }) => b.multiplySparse({ ...sparse, columnScale: new Float32Array(2) }, y, out),
  ],
  [
    "multiplySparse",
    "a column past the end",
    (b, { y, out }) => b.multiplySparse({ ...sparse, indices: Uint32Array.of(0, 1, 2, 3) }, y, out),
  ],
  [
    "multiplySparse",
    "offsets that descend",
    (b, { y, out }) => b.multiplySparse({ ...sparse, offsets: Uint32Array.of(0, 2, 1, 3, 4) }, y, out),
  ],
  [
    "multiplySparse",
    "offsets past the entries",
    (b, { y, out }) => b.multiplySparse({ ...sparse, offsets: Uint32Array.of(0, 1, 2, 3, 5) }, y, out),
  ],
  ["squaredDistances", "points of another width", (b, { x }) => b.squaredDistances(x, six, 3)],
  ["createAssignment", "a short mask", (b) => b.createAssignment(4, 3, 2, new Uint8Array(3))],
  ["assign", "other rows", (b, { y, assignment }) => b.assign(assignment, y, six)],
  ["assign", "another width", (b, { out, assignment }) => b.assign(assignment, out, six)],
  ["assign", "too few centroids", (b, { x, assignment }) => b.assign(assignment, x, six.subarray(3))],
  ["assignedDistances", "other rows", (b, { y, assignment }) => b.assignedDistances(assignment, y, six)],
  [
    "assignedDistances",
    "too few centroids",
    (b, { x, assignment }) => b.assignedDistances(assignment, x, six.subarray(3)),
  ],
  ["topK", "items of another width", (b, { x, out }) => b.topK(x, out, 2)],
  ["topK", "exclusions of other users", (b, { x, wide }) => b.topK(x, wide, 2, fewer)],
  ["topK", "exclusions of other items", (b, { x, wide }) => b.topK(x, wide, 2, sparse)],
  [
    "topK",
    "an exclusion past the items",
    (b, { x, wide }) => {
      return b.topK(x, wide, 2, { ...sparse, columns: 4, indices: Uint32Array.of(0, 1, 2, 4) });
    },
  ],
];

/**
 * Every call that takes handles; for each handle that it names, the call is made once with that handle disposed
 * of.
 */
const CALLS: readonly (readonly [operation: string, handles: readonly (keyof Operands)[], call: Call])[] = [
  ["write", ["x"], (b, { x }) => b.write(x, 0, 1, () => {})],
  ["read", ["x"], (b, { x }) => b.read(x, 0, 1, () => 0)],
  ["columnMoments", ["x"], (b, { x }) => b.columnMoments(x)],
  ["transformRows", ["x"], (b, { x }) => b.transformRows(x, { unit: true })],
  ["rowNorms", ["x"], (b, { x }) => b.rowNorms(x)],
  ["scaleRows", ["x"], (b, { x }) => b.scaleRows(x, 2)],
  ["addScaled", ["x", "out"], (b, { x, out }) => b.addScaled(x, out, 1, 1)],
  ["multiply", ["x", "y", "out"], (b, { x, y, out }) => b.multiply(x, y, out)],
  ["gram", ["x"], (b, { x }) => b.gram(x)],
  ["multiplySparse", ["y", "out"], (b, { y, out }) => b.multiplySparse(sparse, y, out)],
  ["squaredDistances", ["x"], (b, { x }) => b.squaredDistances(x, six, 2)],
  ["assign", ["x", "assignment"], (b, { x, assignment }) => b.assign(assignment, x, six)],
  [
    "assignedDistances",
    ["x", "assignment"],
    (b, { x, assignment }) => b.assignedDistances(assignment, x, six),
  ],
  ["createAssignment", ["assignment"], (_, { assignment }) => assignment.labels()],
  ["topK", ["out", "y"], (b, { y, out }) => b.topK(out, y, 1)],
];

/** Calls in which one handle belongs to another backend. */
const FOREIGN: readonly (readonly [operation: string, handle: keyof Operands, call: Call])[] = [
  ["multiply", "y", (b, { x, y, out }) => b.multiply(x, y, out)],
  ["assign", "assignment", (b, { x, assignment }) => b.assign(assignment, x, six)],
];

/** Calls that must be refused: wrong shapes and handles of another backend with `mismatch`, released ones with `disposed`. */
export const misuseCases: readonly CaseDefinition[] = [
  ...WRONG.map(([operation, what, call]): CaseDefinition => {
    return {
      operation,
      name: `refuses ${what} with mismatch`,
      async run(trial) {
        const operands = await operandsOf(trial);
        await expectCode(`calling ${operation} with ${what}`, "mismatch", () =>
          call(trial.backend, operands),
        );
      },
    };
  }),
  ...FOREIGN.map(([operation, handle, call]): CaseDefinition => {
    return {
      operation,
      name: "refuses a handle of another backend with mismatch",
      async run(trial) {
        const other = await trial.secondBackend();
        try {
          const operands = await operandsOf(trial);
          const foreign =
            handle === "assignment" ? await other.createAssignment(4, 3, 2) : await other.create(3, 2);
          await expectCode(`calling ${operation} with ${handle} of another backend`, "mismatch", () =>
            call(trial.backend, { ...operands, [handle]: foreign }),
          );
        } finally {
          await other.dispose();
        }
      },
    };
  }),
  ...CALLS.map(([operation, handles, call]): CaseDefinition => {
    return {
      operation,
      name: "refuses what was disposed of with disposed, and takes the rest",
      async run(trial) {
        await call(trial.backend, await operandsOf(trial));
        for (const handle of handles) {
          const operands = await operandsOf(trial);
          operands[handle].dispose();
          await expectCode(`calling ${operation} without ${handle}`, "disposed", () =>
            call(trial.backend, operands),
          );
        }
      },
    };
  }),
];

async function operandsOf(trial: Trial): Promise<Operands> {
  return {
    x: await trial.empty(4, 3),
    y: await trial.empty(3, 2),
    out: await trial.empty(4, 2),
    wide: await trial.empty(4, 3),
    short: await trial.empty(3, 2),
    assignment: await trial.assignment(4, 3, 2),
  };
}
