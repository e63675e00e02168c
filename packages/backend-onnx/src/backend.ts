import {
  type Assignment,
  type Backend,
  type Capabilities,
  expectClustering,
  expectProduct,
  expectRanking,
  type Matrix,
  type SparseMatrix,
  type TopK,
} from "@wellbegun/core/backend";
import { ScoredAssignment } from "./dense/assignment.ts";
import type { Context } from "./dense/context.ts";
import { multiply, multiplyTransposed, sumsFit, workOf } from "./dense/multiply.ts";
import { topK } from "./dense/top-k.ts";
import type { Plan } from "./plan.ts";

/**
 * A backend whose dense products run as ONNX graphs over the memory of a host backend, which does all else: sparse
 * products and row operations touch each value once, and nothing is gained by moving it elsewhere first. Gram matrices
 * stay with the host too: its float64 kernel computes one half, where an ONNX product computes both.
 */
export function compose(context: Context, plan: Plan, name: string, capabilities: Capabilities): Backend {
  const { host } = context;
  const offload = (work: number): boolean => work > 0 && work >= plan.work;

  return {
    name,
    capabilities,
    create: (...shape) => host.create(...shape),
    write: (...operands) => host.write(...operands),
    read: (...operands) => host.read(...operands),
    columnMoments: (...operands) => host.columnMoments(...operands),
    transformRows: (...operands) => host.transformRows(...operands),
    rowNorms: (x) => host.rowNorms(x),
    scaleRows: (...operands) => host.scaleRows(...operands),
    addScaled: (...operands) => host.addScaled(...operands),
    gram: (x) => host.gram(x),
    multiplySparse: (...operands) => host.multiplySparse(...operands),
    squaredDistances: (...operands) => host.squaredDistances(...operands),

    async multiply(a: Matrix, b: Matrix, out: Matrix, options = {}): Promise<void> {
      const { transposeA = false, accumulate = false } = options;
      if (!offload(workOf(a, out, transposeA)) || (transposeA && !sumsFit(out))) {
        return await host.multiply(a, b, out, options);
      }
      expectProduct("multiplying matrices", a, b, out, transposeA);
      await (transposeA ? multiplyTransposed : multiply)(context, a, b, out, accumulate);
    },

    async createAssignment(rows, columns, clusters, missing): Promise<Assignment> {
      const scored = columns >= plan.scoredColumns && clusters >= plan.clusters;
      if (!(scored && offload(rows * columns * clusters))) {
        return await host.createAssignment(rows, columns, clusters, missing);
      }
      expectClustering("creating an assignment", rows, columns, clusters, missing);
      (await host.create(0, 1)).dispose(); // Throws `disposed` once the backend is gone.
      return new ScoredAssignment(context, rows, columns, clusters, missing);
    },
    async assign(assignment, x, centroids) {
      if (isScored(assignment, context)) return await assignment.assign(x, centroids);
      return await host.assign(assignment, x, centroids);
    },
    async assignedDistances(assignment, x, centroids) {
      if (isScored(assignment, context)) return await assignment.assignedDistances(x, centroids);
      return await host.assignedDistances(assignment, x, centroids);
    },

    async topK(users: Matrix, items: Matrix, k: number, exclude?: SparseMatrix): Promise<TopK> {
      const scored = users.columns >= plan.scoredColumns;
      if (!(scored && offload(users.rows * items.rows * users.columns))) {
        return await host.topK(users, items, k, exclude);
      }
      expectRanking("ranking items", users, items, k, exclude);
      return await topK(context, users, items, k, exclude);
    },

    async dispose(): Promise<void> {
      await context.sessions.release();
      await host.dispose();
    },
  };
}

function isScored(assignment: Assignment, context: Context): assignment is ScoredAssignment {
  return assignment instanceof ScoredAssignment && assignment.context === context;
}
