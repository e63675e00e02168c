import { type Backend, cpu } from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";
import { afterAll, describe, expect, it } from "vitest";
import { type WebgpuBackend, webgpu } from "../src/index.ts";
import { findDawn } from "./peers.ts";
import { differences } from "./support/tables.ts";

const { gpu } = await findDawn();
const [ROWS, COLUMNS, CLUSTERS] = [600, 32, 7];

/** Centroids about a point far from the origin, and rows of which the first `close` lie all but between two of them. */
function nearTies(close: number, offset: number): { rows: Float32Array; centroids: Float32Array } {
  const random = createRandom(11, `ties/${close}/${offset}`);
  const centroids = Float32Array.from({ length: CLUSTERS * COLUMNS }, () => offset + random.normal());
  const rows = new Float32Array(ROWS * COLUMNS);
  for (let r = 0; r < ROWS; r++) {
    const a = random.integer(CLUSTERS) * COLUMNS;
    const b = ((a / COLUMNS + 1 + random.integer(CLUSTERS - 1)) % CLUSTERS) * COLUMNS;
    // The middle, nudged by less than float32 distances can tell apart.
    const share = r < close ? 0.5 + 1e-7 * random.normal() : 0.1;
    for (let c = 0; c < COLUMNS; c++) {
      rows[r * COLUMNS + c] = (1 - share) * centroids[a + c]! + share * centroids[b + c]!;
    }
  }
  return { rows, centroids };
}

async function labelsOf(backend: Backend, rows: Float32Array, centroids: Float32Array): Promise<Int32Array> {
  const x = await backend.create(ROWS, COLUMNS);
  await backend.write(x, 0, ROWS, (into) => into.set(rows));
  const assignment = await backend.createAssignment(ROWS, COLUMNS, CLUSTERS);
  await backend.assign(assignment, x, centroids);
  const labels = await assignment.labels();
  x.dispose();
  assignment.dispose();
  return labels;
}

describe.skipIf(gpu === undefined)("Rows nearly equidistant from two centroids", async () => {
  const device = gpu === undefined ? undefined : await webgpu({ gpu });
  const backend = (): WebgpuBackend => device!;
  afterAll(() => device?.dispose());

  it.each([
    ["none", 0, 0],
    ["few", 40, 0],
    ["more than come back with the sums", 500, 0],
    ["all", ROWS, 0],
    ["few, far from the origin", 40, 1000],
  ])("get the labels of float64: %s", async (_, close, offset) => {
    const { rows, centroids } = nearTies(close, offset);
    const expected = await labelsOf(cpu(), rows, centroids);
    expect(new Set(expected).size).toBe(CLUSTERS);
    expect(differences(await labelsOf(backend(), rows, centroids), expected)).toBe(0);
  });

  it("are decided on the host, and no others are", async () => {
    const traffic = async (close: number): Promise<number> => {
      const { rows, centroids } = nearTies(close, 0);
      const before = backend().statistics().resultsDownloaded;
      await labelsOf(backend(), rows, centroids);
      return backend().statistics().resultsDownloaded - before;
    };
    const without = await traffic(0);
    expect(without).toBeLessThan(ROWS * COLUMNS * 4 * 0.1);
    // The rows with their labels; and, as a label may turn out to be another, the sums of the pass again.
    const rows = 40 * (COLUMNS * 4 + 4);
    const sums = without - ROWS * 4;
    expect([rows, rows + sums]).toContain((await traffic(40)) - without);
  });

  it("count once, so that a pass over the same rows changes nothing", async () => {
    const { rows, centroids } = nearTies(300, 0);
    const x = await backend().create(ROWS, COLUMNS);
    await backend().write(x, 0, ROWS, (into) => into.set(rows));
    const assignment = await backend().createAssignment(ROWS, COLUMNS, CLUSTERS);
    const first = await backend().assign(assignment, x, centroids);
    const second = await backend().assign(assignment, x, centroids);
    expect([first.changed, second.changed]).toEqual([ROWS, 0]);
    expect(second.sums).toEqual(first.sums);
    expect(second.counts).toEqual(first.counts);
  });
});
