import { cpu, type FeatureSource, type FitInput, type FitOptions, fit } from "@wellbegun/core";
import { expectEqual, expectThat } from "../check.ts";
import { expectSameFit } from "../check-fit.ts";
import { tiny } from "../golden/tiny.ts";
import { narrowed } from "../narrow.ts";
import { crowd, type Shape } from "../pipeline-input.ts";
import type { CaseDefinition, Trial } from "../trial.ts";
import { goldenCase } from "./golden.ts";

/** A fit whose result must equal that of the portable backend. */
interface Setting {
  readonly name: string;
  readonly shape: Shape;
  readonly options: FitOptions;
  /** Bytes that the backend may hold. */
  readonly memory?: number;
  /** Bytes of the largest matrix that the backend claims to hold. */
  readonly maxMatrixBytes?: number;
}

const two: Shape = { users: 45, items: 83, widths: { image: 24, text: 17 }, missing: 0.1 };

const SETTINGS: readonly Setting[] = [
  {
    name: "agrees with the oracle by default, with rows that are missing and users without interactions",
    shape: two,
    options: { lambda: 0.5, dim: 12, restarts: 2 },
  },
  {
    name: "agrees with the oracle by another normalization, a lambda for each modality and a random projection",
    shape: two,
    options: {
      normalization: { image: "mean", text: "sym" },
      lambda: { image: 0.1, text: 0.8 },
      clusters: { image: 5, text: 3 },
      project: "random",
      scale: "items",
      dim: 7,
      restarts: 1,
    },
  },
  {
    name: "agrees with the oracle where nothing is projected",
    shape: two,
    options: {
      project: "none",
      scale: "unit",
      prepare: "standardize",
      weights: { image: 2, text: 0.5 },
      restarts: 1,
    },
  },
  {
    name: "agrees with the oracle where one modality is whitened, and features stream",
    shape: two,
    options: {
      prepare: { image: "whiten" },
      whitenPower: 0.7,
      whitenRidge: 0.1,
      lambda: 0.5,
      clusters: 3,
      dim: 9,
      restarts: 1,
      maxIterations: 2,
    },
    memory: 60_000,
  },
  {
    name: "agrees with the oracle where axes see co-occurrence and are damped",
    shape: two,
    options: { smooth: 1, damping: 0.5, lambda: 0.5, clusters: 3, dim: 9, restarts: 1 },
  },
  {
    name: "agrees with the oracle by the global term alone, modalities averaged, columns chosen",
    shape: two,
    options: { lambda: 0, combine: "mean", project: "columns", scale: "none", dim: 6, restarts: 1 },
  },
  {
    name: "agrees with the oracle on features so wide that their axes are sketched",
    shape: { users: 20, items: 60, widths: { image: 401 }, missing: 0 },
    options: { lambda: 0.7, clusters: 4, dim: 5, restarts: 1 },
  },
  {
    name: "agrees with the oracle for one user, and for as many clusters as items",
    shape: { users: 1, items: 7, widths: { image: 3 }, missing: 0 },
    options: { lambda: 0.3, clusters: 7, restarts: 1 },
  },
  {
    name: "agrees with the oracle within a memory that forces features to stream and users in two passes",
    shape: { users: 80, items: 97, widths: { image: 23 }, missing: 0.05 },
    options: { lambda: 0.5, dim: 5, clusters: 2, restarts: 1, maxIterations: 2 },
    memory: 9_000,
  },
  {
    name: "agrees with the oracle where seeds come from some of the items, in matrices that hold fewer",
    shape: { users: 50, items: 120, widths: { image: 16 }, missing: 0.1 },
    options: { lambda: 0.5, clusters: 5, initSize: 60, dim: 6, restarts: 2 },
    maxMatrixBytes: 2_600,
  },
  {
    name: "agrees with the oracle where centroids come from some of the items, in matrices that hold fewer",
    shape: { users: 50, items: 120, widths: { image: 16 }, missing: 0.1 },
    options: { lambda: 0.5, clusters: 5, sampleSize: 60, dim: 6, restarts: 2 },
    maxMatrixBytes: 2_600,
  },
  {
    name: "agrees with the oracle where no matrix holds a whole table",
    shape: { users: 70, items: 101, widths: { image: 20, text: 11 }, missing: 0.05 },
    options: { lambda: 0.5, dim: 8, clusters: 3, restarts: 1, maxIterations: 5 },
    maxMatrixBytes: 2_600,
  },
];

async function followOracle({ backend, tolerances }: Trial, setting: Setting): Promise<void> {
  const { name, shape, options, memory, maxMatrixBytes } = setting;
  const input = crowd(shape, name);
  const expected = await fit(input, { ...options, backend: cpu() });
  const narrow = narrowed(backend, maxMatrixBytes);
  const watched = countingRows(input);
  const found = await fit(watched.input, { ...options, backend: narrow.backend, memory });
  expectSameFit(`fitting ${shape.users} users`, found, expected, tolerances.tables);
  expectEqual("ending a fit", "matrices and assignments that are left", narrow.live(), 0);
  // Both bounds must have had an effect, or the case would test nothing.
  if (memory !== undefined) {
    const rows = shape.items * Object.keys(shape.widths).length;
    const found = watched.rowsRead();
    expectThat("streaming features", found > 2 * rows, `more than twice ${rows} rows read`, `${found}`);
  }
  if (maxMatrixBytes !== undefined) expectParts(input, maxMatrixBytes, narrow.made());
}

function expectParts(input: FitInput, maxMatrixBytes: number, made: number): void {
  const sources = Object.values(input.features);
  const parts = sources.reduce((sum, { rows, columns }) => sum + (4 * rows * columns) / maxMatrixBytes, 0);
  expectThat("fitting in parts", made > parts, `more than ${parts} matrices`, `${made}`);
}

/** The same features, with a count of reads. */
function countingRows(input: FitInput): { readonly input: FitInput; rowsRead(): number } {
  let count = 0;
  const features: Record<string, FeatureSource> = {};
  for (const [name, source] of Object.entries(input.features)) {
    features[name] = {
      ...source,
      read: (firstRow, rows, into) => {
        count += rows;
        return source.read(firstRow, rows, into);
      },
    };
  }
  return { input: { ...input, features }, rowsRead: () => count };
}

/** The whole pipeline: against golden results, and against the portable backend. */
export const fitCases: readonly CaseDefinition[] = [
  goldenCase(tiny),
  ...SETTINGS.map((setting) => ({
    operation: "fit",
    name: setting.name,
    run: (trial: Trial) => followOracle(trial, setting),
  })),
  {
    operation: "fit",
    name: "gives the same to the bit a second time, where the backend says that it is deterministic",
    async run({ backend }) {
      if (backend.capabilities.deterministic === false) return;
      const input = crowd(two, "twice");
      const options: FitOptions = { lambda: 0.5, dim: 6, restarts: 1 };
      const first = await fit(input, { ...options, backend });
      const second = await fit(input, { ...options, backend });
      expectSameFit("fitting a second time", second, first, 0);
    },
  },
];
