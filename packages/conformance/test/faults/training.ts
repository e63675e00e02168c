import type { Backend } from "@wellbegun/core";
import type { TrainingOperations } from "@wellbegun/core/backend";
import { edit, type Fault, spread, valuesOf } from "./fault.ts";

/** A fault of one operation of training. */
function fault<K extends keyof TrainingOperations>(
  operation: K,
  name: string,
  change: (training: TrainingOperations, backend: Backend) => TrainingOperations[K],
): Fault {
  return {
    operation: `training.${operation}`,
    name,
    change: (good) => {
      const training = good.training!;
      return { training: { ...training, [operation]: change(training, good) } };
    },
  };
}

export const trainingFaults: readonly Fault[] = [
  fault("addBias", "NaN spreads", (training, backend) => async (x, bias) => {
    await training.addBias(x, bias);
    await edit(backend, x, spread);
  }),
  fault("multiplyTransposed", "columns beyond 512 are lost", (training, backend) => async (a, b, out) => {
    await training.multiplyTransposed(a, b, out);
    await edit(backend, out, (values) => {
      for (let p = 0; p < values.length; p++) if (p % out.columns >= 512) values[p] = 0;
    });
  }),
  fault("weightedSum", "the third weight is that of the second", (training) => async (xs, weights, out) => {
    await training.weightedSum(
      xs,
      weights.map((weight, k) => (k === 2 ? weights[1]! : weight)),
      out,
    );
  }),
  fault("weightedSum", "it adds to the output", (training, backend) => async (xs, weights, out) => {
    const before = await valuesOf(backend, out);
    await training.weightedSum(xs, weights, out);
    await edit(backend, out, (values) => {
      for (let p = 0; p < values.length; p++) values[p]! += before[p]!;
    });
  }),
  fault("gatherRows", "the list is sorted", (training) => async (x, indices, out) => {
    await training.gatherRows(x, indices.slice().sort(), out);
  }),
  fault(
    "scatterRows",
    "the last of several rows wins",
    (training, backend) => async (rows, indices, table) => {
      const before = await valuesOf(backend, table);
      const added = await valuesOf(backend, rows);
      await training.scatterRows(rows, indices, table);
      await edit(backend, table, (values) => {
        indices.forEach((target, r) => {
          for (let c = 0; c < table.columns; c++) {
            const p = target * table.columns + c;
            values[p] = before[p]! + added[r * table.columns + c]!;
          }
        });
      });
    },
  ),
  fault("gate", "the bias is ignored", (training, backend) => async (a, bias, q, g, z) => {
    await edit(backend, bias, (values) => values.fill(0));
    await training.gate(a, bias, q, g, z);
  }),
  fault("gate", "the sigmoid overflows", (training, backend) => async (a, bias, q, g, z) => {
    await training.gate(a, bias, q, g, z);
    const inputs = await valuesOf(backend, a);
    await edit(backend, g, (values) => {
      for (let p = 0; p < values.length; p++) if (inputs[p]! < -80) values[p] = NaN;
    });
  }),
  fault(
    "gateBackward",
    "the gradient by the values is overwritten",
    (training, backend) => async (dz, q, g, dq, da) => {
      await edit(backend, dq, (values) => values.fill(0));
      await training.gateBackward(dz, q, g, dq, da);
    },
  ),
  fault("gateBackward", "1 - g is left out", (training, backend) => async (dz, q, g, dq, da) => {
    await training.gateBackward(dz, q, g, dq, da);
    const opening = await valuesOf(backend, g);
    await edit(backend, da, (values) => {
      for (let p = 0; p < values.length; p++) values[p]! /= 1 - opening[p]!;
    });
  }),
  fault("layerNorm", "the gain is left out", (training, backend) => async (x, gain, bias, out) => {
    await edit(backend, gain, (values) => values.fill(1));
    await training.layerNorm(x, gain, bias, out);
  }),
  fault(
    "layerNormBackward",
    "the mean is taken as a constant",
    (training, backend) => async (dout, x, gain, dx, dgain, dbias) => {
      await training.layerNormBackward(dout, x, gain, dx, dgain, dbias);
      await edit(backend, dx, (values) => {
        for (let p = 0; p < values.length; p++) values[p]! += 0.1;
      });
    },
  ),
  fault("pairLoss", "the floor is ignored", (training) => async (hu, hi, hj, dhu, dhi, dhj, weights) => {
    return await training.pairLoss(hu, hi, hj, dhu, dhi, dhj, { ...weights, floor: 0 });
  }),
  fault("pairLoss", "squares are a mean", (training) => async (hu, hi, hj, dhu, dhi, dhj, weights) => {
    const losses = await training.pairLoss(hu, hi, hj, dhu, dhi, dhj, weights);
    return { ...losses, squares: losses.squares / hu.rows };
  }),
  fault(
    "pairLoss",
    "the gradient by the negative item has the wrong sign",
    (training, backend) => async (hu, hi, hj, dhu, dhi, dhj, weights) => {
      const losses = await training.pairLoss(hu, hi, hj, dhu, dhi, dhj, weights);
      await backend.scaleRows(dhj, -1);
      return losses;
    },
  ),
  fault("infoNce", "repeated rows count once", (training) => async (a, v, da, dv, options) => {
    return await training.infoNce(a, v, da, dv, { ...options, counts: options.counts.map(() => 1) });
  }),
  fault(
    "infoNce",
    "the weight enters the loss and not the gradient",
    (training) => async (a, v, da, dv, options) => {
      return options.weight * (await training.infoNce(a, v, da, dv, { ...options, weight: 1 }));
    },
  ),
  fault(
    "infoNce",
    "only the last panel reaches the second gradient",
    (training, backend) => async (a, v, da, dv, options) => {
      const loss = await training.infoNce(a, v, da, dv, options);
      if (a.rows > 256) await backend.scaleRows(dv, 0.5);
      return loss;
    },
  ),
  fault(
    "adam",
    "the moments are not corrected for their start at 0",
    (training) => async (p, m, v, g, step) => {
      await training.adam(p, m, v, g, { ...step, beta1Power: 0, beta2Power: 0 });
    },
  ),
  fault("adam", "epsilon is a thousand times as large", (training) => async (p, m, v, g, step) => {
    await training.adam(p, m, v, g, { ...step, epsilon: 1000 * step.epsilon });
  }),
  fault(
    "adam",
    "entries without a gradient keep their moments",
    (training, backend) => async (p, m, v, g, step) => {
      const [before, slopes] = [await valuesOf(backend, m), await valuesOf(backend, g)];
      await training.adam(p, m, v, g, step);
      await edit(backend, m, (values) => {
        for (let i = 0; i < values.length; i++) if (Math.abs(slopes[i]!) < 1e-4) values[i] = before[i]!;
      });
    },
  ),
];
