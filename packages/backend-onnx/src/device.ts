import type { Assignment, Capabilities, Device } from "@wellbegun/core/backend";
import { ScoredAssignment } from "./dense/assignment.ts";
import type { Context } from "./dense/context.ts";
import { multiply, multiplyTransposed, sumsFit, workOf } from "./dense/multiply.ts";
import { topK } from "./dense/top-k.ts";
import type { Plan } from "./plan.ts";

/**
 * A device whose dense products run as ONNX graphs over the memory of a host device, which does all else: sparse
 * products and row operations touch each value once, and nothing is gained by moving it elsewhere first. Gram matrices
 * and eigenvectors stay with the host too: its float64 kernels compute one half, where an ONNX product computes both.
 */
export function compose(context: Context, plan: Plan, name: string, capabilities: Capabilities): Device {
  const { host } = context;
  const offload = (work: number): boolean => work > 0 && work >= plan.work;
  // Gathered passes are the host's own way of k-means, which takes no assignment of another kind.
  const { gathered: _, ...rest } = host;

  return {
    ...rest,
    name,
    capabilities,

    async multiply(a, b, out, options = {}) {
      const { transposeA = false, accumulate = false } = options;
      if (!offload(workOf(a, out, transposeA)) || (transposeA && !sumsFit(out))) {
        return await host.multiply(a, b, out, options);
      }
      await (transposeA ? multiplyTransposed : multiply)(context, a, b, out, accumulate);
    },

    async createAssignment(rows, columns, clusters, missing): Promise<Assignment> {
      const scored = columns >= plan.scoredColumns && clusters >= plan.clusters;
      return scored && offload(rows * columns * clusters)
        ? new ScoredAssignment(context, rows, columns, clusters, missing)
        : await host.createAssignment(rows, columns, clusters, missing);
    },
    async assign(assignment, x, centroids) {
      if (assignment instanceof ScoredAssignment) return await assignment.assign(x, centroids);
      return await host.assign(assignment, x, centroids);
    },
    async assignedDistances(assignment, x, centroids) {
      if (assignment instanceof ScoredAssignment) return await assignment.assignedDistances(x, centroids);
      return await host.assignedDistances(assignment, x, centroids);
    },

    async topK(users, items, k, exclude) {
      const scored = users.columns >= plan.scoredColumns;
      return scored && offload(users.rows * items.rows * users.columns)
        ? await topK(context, users, items, k, exclude)
        : await host.topK(users, items, k, exclude);
    },

    async dispose() {
      await context.sessions.release();
      await host.dispose();
    },
  };
}
