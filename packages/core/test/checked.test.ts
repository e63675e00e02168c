import { describe, expect, it } from "vitest";
import type { Assignment, Backend, Matrix, SparseMatrix } from "../src/backend/backend.ts";
import { checkedBackend } from "../src/backend/checked.ts";
import type { Device } from "../src/backend/device.ts";
import { portableDevice } from "../src/backend/portable/device.ts";

// The conformance suite shows that a backend refuses wrong operands. These tests show where: before the device is called.

/** A device under observation: what is called on it, with which operands, and what it still holds. */
interface Watched {
  readonly backend: Backend;
  readonly calls: (readonly [operation: string, operands: readonly unknown[]])[];
  /** The device's own matrices and assignments that were made, and how often each was disposed of. */
  readonly made: Map<unknown, number>;
  /** What `expectUsable` throws from now on. */
  lose(error: Error): void;
}

const HOOKS = ["expectUsable", "dispose"];

/** The backend of the portable device, with gathered passes that answer with zeros and whatever `changes` says. */
function watch(changes: Partial<Device> = {}): Watched {
  const calls: (readonly [string, readonly unknown[]])[] = [];
  const made = new Map<unknown, number>();
  let lost: Error | undefined;
  const inner: Device = {
    ...portableDevice(),
    expectUsable: () => {
      if (lost !== undefined) throw lost;
    },
    gathered: {
      suits: (rows) => rows === 4,
      assign: async (assignment, rows) => {
        calls.push(["gathered.assign", [assignment, await rows.gather(Uint32Array.of(0, 1))]]);
        return { changed: 0, sums: new Float64Array(6), counts: new Uint32Array(2) };
      },
      assignedDistances: async (assignment, rows) => {
        calls.push(["gathered.assignedDistances", [assignment, await rows.gather(Uint32Array.of(0, 1))]]);
        return new Float32Array(4);
      },
    },
    symmetricEigen: async (_, n, count) => ({
      values: new Float64Array(count),
      vectors: new Float64Array(count * n),
    }),
    ...changes,
  };
  const track = <T extends Matrix | Assignment>(object: T): T => {
    made.set(object, 0);
    const { dispose } = object;
    object.dispose = () => {
      made.set(object, made.get(object)! + 1);
      Reflect.apply(dispose, object, []);
    };
    return object;
  };
  const device = new Proxy(inner, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== "function" || typeof key !== "string" || HOOKS.includes(key)) return member;
      return async (...operands: readonly unknown[]) => {
        calls.push([key, operands]);
        const result: unknown = await Reflect.apply(member, target, operands);
        return key.startsWith("create") ? track(result as Matrix | Assignment) : result;
      };
    },
  });
  return {
    backend: checkedBackend(device),
    calls,
    made,
    lose: (error) => {
      lost = error;
    },
  };
}

/** Handles of one backend, as operands. */
interface Handles {
  /** 4 x 3. */
  readonly x: Matrix;
  /** 3 x 2. */
  readonly y: Matrix;
  /** 4 x 2. */
  readonly out: Matrix;
  /** Of 4 rows, 3 columns and 2 clusters. */
  readonly assignment: Assignment;
}

async function handlesOf(backend: Backend): Promise<Handles> {
  return {
    x: await backend.create(4, 3),
    y: await backend.create(3, 2),
    out: await backend.create(4, 2),
    assignment: await backend.createAssignment(4, 3, 2),
  };
}

const sparse: SparseMatrix = {
  rows: 4,
  columns: 3,
  offsets: Uint32Array.of(0, 1, 2, 3, 4),
  indices: Uint32Array.of(0, 1, 2, 0),
};
const six = new Float32Array(6);
const sourceOf = (x: Matrix) => ({ most: 4, gather: async () => x });

type Call = (backend: Backend, handles: Handles) => Promise<unknown>;

/** Every operation, well called, with the names of the handles that it takes in their order. */
const OPERATIONS: readonly (readonly [name: string, handles: readonly (keyof Handles)[], call: Call])[] = [
  ["write", ["x"], (b, { x }) => b.write(x, 0, 4, () => {})],
  ["read", ["x"], (b, { x }) => b.read(x, 0, 4, () => 0)],
  ["columnMoments", ["x"], (b, { x }) => b.columnMoments(x)],
  ["transformRows", ["x"], (b, { x }) => b.transformRows(x, { unit: true })],
  ["rowNorms", ["x"], (b, { x }) => b.rowNorms(x)],
  ["scaleRows", ["x"], (b, { x }) => b.scaleRows(x, 2)],
  ["addScaled", ["x", "out"], (b, { x, out }) => b.addScaled(x, out, 1, 1)],
  ["multiply", ["x", "y", "out"], (b, { x, y, out }) => b.multiply(x, y, out)],
  ["gram", ["x"], (b, { x }) => b.gram(x)],
  ["multiplySparse", ["y", "out"], (b, { y, out }) => b.multiplySparse(sparse, y, out)],
  ["squaredDistances", ["x"], (b, { x }) => b.squaredDistances(x, six, 2)],
  ["assign", ["assignment", "x"], (b, { x, assignment }) => b.assign(assignment, x, six)],
  [
    "assignedDistances",
    ["assignment", "x"],
    (b, { x, assignment }) => b.assignedDistances(assignment, x, six),
  ],
  [
    "gathered.assign",
    ["assignment", "x"],
    (b, { x, assignment }) => b.gathered!.assign(assignment, sourceOf(x), six),
  ],
  [
    "gathered.assignedDistances",
    ["assignment", "x"],
    (b, { x, assignment }) => b.gathered!.assignedDistances(assignment, sourceOf(x), six),
  ],
  ["topK", ["out", "y"], (b, { y, out }) => b.topK(out, y, 1)],
  ["symmetricEigen", [], (b) => b.symmetricEigen!(new Float64Array(4), 2, 1)],
  ["create", [], (b) => b.create(2, 2)],
  ["createAssignment", [], (b) => b.createAssignment(2, 2, 2)],
];

describe.each(OPERATIONS)("%s on checked operands", (name, names, call) => {
  it("passes the device its own objects, and each of them once", async () => {
    const { backend, calls, made } = watch();
    const handles = await handlesOf(backend);
    await call(backend, handles);
    const [operation, operands] = calls.at(-1)!;
    expect(operation).toBe(name);
    const own = operands.filter((operand) => made.has(operand));
    // The device's objects were made in the order of the handles.
    const order = [...made.keys()];
    const keys = Object.keys(handles);
    expect(own.map((object) => order.indexOf(object))).toEqual(names.map((one) => keys.indexOf(one)));
  });

  it("refuses a handle of another backend before the device is called", async () => {
    for (const handle of names) {
      const { backend, calls } = watch();
      const handles = await handlesOf(backend);
      const others = await handlesOf(checkedBackend(portableDevice()));
      const before = calls.length;
      const mixed = { ...handles, [handle]: others[handle] };
      await expect(call(backend, mixed)).rejects.toMatchObject({
        code: "mismatch",
        message: expect.stringMatching(/found one of another backend/),
      });
      expect(calls.length).toBe(before);
    }
  });

  it("refuses a handle that was disposed of before the device is called", async () => {
    for (const handle of names) {
      const { backend, calls } = watch();
      const handles = await handlesOf(backend);
      handles[handle].dispose();
      const before = calls.length;
      await expect(call(backend, handles)).rejects.toMatchObject({ code: "disposed" });
      expect(calls.length).toBe(before);
    }
  });

  it("checks first whether the device is usable, and names the action", async () => {
    const { backend, calls, lose } = watch();
    const handles = await handlesOf(backend);
    const before = calls.length;
    const error = new Error("the card was removed");
    lose(error);
    await expect(call(backend, handles)).rejects.toBe(error);
    expect(calls.length).toBe(before);
  });

  it("is refused once the backend is disposed of", async () => {
    const { backend, calls } = watch();
    const handles = await handlesOf(backend);
    await backend.dispose();
    const before = calls.length;
    await expect(call(backend, handles)).rejects.toMatchObject({
      code: "disposed",
      message: expect.stringMatching(/expected a backend that was not disposed/),
    });
    expect(calls.length).toBe(before);
  });
});

describe("Disposing of handles", () => {
  it("names the kind of a wrong value, not its thousand entries", async () => {
    const { backend } = watch();
    const matrix = await backend.create(2, 2);
    const values: unknown = new Float32Array(1000);
    await expect(backend.write(matrix, values as number, 1, () => undefined)).rejects.toThrow(
      "Writing rows: expected a whole number from 0 to 2, found a Float32Array (firstRow).",
    );
  });

  it("reaches each object of the device once, whether the handle or the backend begins", async () => {
    let ends = 0;
    const { backend, made } = watch({ dispose: async () => void ends++ });
    const { x, assignment } = await handlesOf(backend);
    x.dispose();
    x.dispose();
    assignment.dispose();
    await Promise.all([backend.dispose(), backend.dispose()]);
    await backend.dispose();
    x.dispose();
    expect([...made.values()]).toEqual([1, 1, 1, 1]);
    expect(ends).toBe(1);
  });

  it("of an assignment ends its labels", async () => {
    const { backend } = watch();
    const { assignment } = await handlesOf(backend);
    expect(await assignment.labels()).toEqual(Int32Array.of(-1, -1, -1, -1));
    assignment.dispose();
    await expect(assignment.labels()).rejects.toMatchObject({ code: "disposed" });
  });
});

describe("A sparse matrix whose entries are out of range", () => {
  const wrong: readonly SparseMatrix[] = [
    { ...sparse, indices: Uint32Array.of(0, 1, 3, 0) },
    { ...sparse, offsets: Uint32Array.of(0, 2, 1, 3, 4) },
    { ...sparse, offsets: Uint32Array.of(0, 1, 2, 3, 5) },
  ];

  it("is refused before the device is called", async () => {
    const { backend, calls } = watch();
    const { y, out } = await handlesOf(backend);
    const before = calls.length;
    for (const s of wrong) {
      await expect(backend.multiplySparse(s, y, out)).rejects.toMatchObject({ code: "mismatch" });
    }
    expect(calls.length).toBe(before);
  });

  it("is passed to a device that checks entries itself, except for the exclusions of topK", async () => {
    const { backend, calls } = watch({ checksEntries: true, multiplySparse: async () => {} });
    const { x, y, out } = await handlesOf(backend);
    for (const s of wrong) await backend.multiplySparse(s, y, out);
    expect(calls.filter(([operation]) => operation === "multiplySparse").length).toBe(wrong.length);
    const items = await backend.create(3, 3);
    for (const s of wrong) {
      await expect(backend.topK(x, items, 1, s)).rejects.toMatchObject({ code: "mismatch" });
    }
    expect(calls.filter(([operation]) => operation === "topK")).toEqual([]);
  });
});

describe("Gathered passes", () => {
  it("are absent where the device has none", () => {
    const { gathered: _, ...device } = portableDevice();
    const backend = checkedBackend(device);
    expect([backend.gathered, backend.symmetricEigen]).toEqual([undefined, undefined]);
  });

  it.each([
    ["sizes that do not suit", 5, 3, 6],
    ["too few centroids", 4, 3, 5],
    ["gathered rows of another width", 4, 2, 4],
  ])("refuse %s", async (_, rows, columns, values) => {
    const { backend, calls } = watch();
    const x = await backend.create(4, 3);
    const assignment = await backend.createAssignment(rows, columns, 2);
    const centroids = new Float32Array(values);
    const { gathered } = backend;
    for (const pass of ["assign", "assignedDistances"] as const) {
      await expect(gathered![pass](assignment, sourceOf(x), centroids)).rejects.toMatchObject({
        code: "mismatch",
      });
    }
    expect(calls.map(([operation]) => operation)).toEqual(["create", "createAssignment"]);
  });

  it("refuse a source that gathers fewer rows than requested", async () => {
    const { backend } = watch();
    const { assignment } = await handlesOf(backend);
    const one = await backend.create(1, 3);
    await expect(backend.gathered!.assign(assignment, sourceOf(one), six)).rejects.toMatchObject({
      code: "mismatch",
      message: expect.stringMatching(/rows gathered/),
    });
  });
});

it("symmetricEigen refuses a matrix that is not n x n, and more eigenvalues than it has", async () => {
  const { backend } = watch();
  const a = new Float64Array(4);
  await expect(backend.symmetricEigen!(a, 3, 1)).rejects.toMatchObject({ code: "mismatch" });
  await expect(backend.symmetricEigen!(a, 2, 3)).rejects.toMatchObject({
    code: "mismatch",
    message: expect.stringMatching(/count/),
  });
});
