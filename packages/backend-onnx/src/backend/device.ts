import type { Assignment, Capabilities, Device } from "@wellbegun/core/backend";
import { ScoredAssignment } from "./dense/assignment.ts";
import type { Context } from "./dense/context.ts";
import { multiply, multiplyTransposed, sumsFit, workOf } from "./dense/multiply.ts";
import { topK } from "./dense/top-k.ts";
import type { Plan } from "./plan.ts";

/**
 * A device whose dense products run as ONNX graphs over the memory of a host device, which runs all other
 * operations: sparse products and row operations read each value once, so moving the values elsewhere gains
 * nothing. The host also computes Gram matrices and eigenvectors: its float64 kernels compute one half of the
 * symmetric matrix, an ONNX product both.
 */
export function compose(context: Context, plan: Plan, name: string, capabilities: Capabilities): Device {
  const { host } = context;
  const offload = (work: number): boolean => work > 0 && work >= plan.work;
  // Gathered passes are left out, since the host's passes do not accept this device's assignments.
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
