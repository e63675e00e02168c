import type { AssignmentStep } from "@wellbegun/core/backend";
import type { PooledBuffer } from "../buffer-pool.ts";
import type { WebgpuMatrix } from "../matrix.ts";
import type { WebgpuAssignment } from "./assignment.ts";
import { AssignmentPass } from "./assignment-pass.ts";
import { exactLabels } from "./exact-labels.ts";

/**
 * One Lloyd pass. The device labels all rows in float32, lists those that are too close to call, and sums the clusters;
 * the close rows are decided on the host, and only if that changes a label are the clusters summed again.
 */
export async function assign(
  assignment: WebgpuAssignment,
  x: WebgpuMatrix,
  centroids: Float32Array,
): Promise<AssignmentStep> {
  const { rows, columns, clusters } = assignment;
  const doing = `assigning ${rows} x ${columns} to ${clusters} centroids`;
  if (rows === 0) {
    return { changed: 0, sums: new Float64Array(centroids.length), counts: new Uint32Array(clusters) };
  }
  return await x.engine.withTemporaries(doing, async (temporaries) => {
    const pass = await AssignmentPass.prepare(doing, temporaries, assignment, x, centroids);
    const commands = x.engine.commands(doing);
    await pass.label(commands);
    await pass.sum(commands);
    let { step, closeCount, close } = await pass.receive(commands);
    if (closeCount > close.length) close = await readWords(doing, x, pass.close, closeCount);
    const pairs = await exactLabels(assignment, x, close.subarray(0, closeCount).sort(), centroids);
    if (pairs.length > 0) {
      const again = x.engine.commands(doing);
      await pass.relabel(again, await temporaries.copy(Uint32Array.from(pairs)), pairs.length / 2);
      await pass.sum(again);
      ({ step } = await pass.receive(again));
    }
    assignment.advance();
    return step;
  });
}

/** The whole list of close rows, if it is longer than the part that came with the sums. */
async function readWords(
  doing: string,
  { engine }: WebgpuMatrix,
  buffer: PooledBuffer,
  count: number,
): Promise<Uint32Array> {
  engine.traffic.resultsDownloaded += count * 4;
  return await engine.receive(
    doing,
    engine.commands(doing),
    [{ buffer, from: 4, bytes: count * 4 }],
    (bytes) => {
      return new Uint32Array(bytes).slice();
    },
  );
}
