import type { TrainingOperations } from "../../training.ts";
import type { PortableMatrix } from "../matrix.ts";
import { multiply } from "../multiply.ts";
import { rowsOf, type Tile } from "../tile.ts";
import { adam } from "./adam.ts";
import { gate, gateBackward } from "./gate.ts";
import { infoNce } from "./info-nce.ts";
import { layerNorm, layerNormBackward } from "./layer-norm.ts";
import { pairLoss } from "./pair-loss.ts";
import { addBias, gatherRows, scatterRows, weightedSum } from "./rows.ts";

/** The operations of training in plain TypeScript: float64 arithmetic, rounded where a value is stored. */
export function portableTraining(tile: Tile): TrainingOperations<PortableMatrix> {
  return {
    addBias: async (x, bias) => addBias(x.values, bias.values),
    multiplyTransposed: async (a, b, out) =>
      multiply(
        {
          left: rowsOf(a.values, a.columns),
          right: rowsOf(b.values, b.columns),
          rows: a.rows,
          columns: b.rows,
          depth: a.columns,
        },
        out.values,
        false,
        tile,
      ),
    weightedSum: async (xs, weights, out) =>
      weightedSum(
        xs.map(({ values }) => values),
        weights,
        out.values,
      ),
    gatherRows: async (x, indices, out) => gatherRows(x.values, x.columns, indices, out.values),
    scatterRows: async (rows, indices, table) =>
      scatterRows(rows.values, rows.columns, indices, table.values),
    gate: async (a, bias, q, g, z) => gate(a.values, bias.values, q.values, g.values, z.values),
    gateBackward: async (dz, q, g, dq, da) =>
      gateBackward(dz.values, q.values, g.values, dq.values, da.values),
    layerNorm: async (x, gain, bias, out) => layerNorm(x.values, gain.values, bias.values, out.values),
    layerNormBackward: async (dout, x, gain, dx, dgain, dbias) =>
      layerNormBackward(dout.values, x.values, gain.values, dx.values, dgain.values, dbias.values),
    pairLoss: async (hu, hi, hj, dhu, dhi, dhj, weights) =>
      pairLoss(hu.values, hi.values, hj.values, dhu.values, dhi.values, dhj.values, hu.columns, weights),
    infoNce: async (a, v, da, dv, options) => infoNce(a, v, da, dv, options, tile),
    adam: async (p, m, v, g, step) => adam(p.values, m.values, v.values, g.values, step),
  };
}
