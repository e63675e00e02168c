import { normalTable, tableOf, withRows } from "../../inputs.ts";
import { gradientOf, layerNorm, sigmoid, widened } from "../../training-reference.ts";
import type { CaseDefinition } from "../../trial.ts";
import { SHAPES } from "./rows.ts";

/** gate, gateBackward, layerNorm, layerNormBackward. */
export const layerCases: readonly CaseDefinition[] = [
  {
    operation: "training.gate",
    name: "opens by the sigmoid and multiplies, also far from 0",
    async run(trial) {
      for (const [rows, columns] of SHAPES) {
        const extremes = [100, -100, 1e30, -1e30, 0, 17, -17];
        const normal = normalTable(rows, columns, "gate/a");
        const a = tableOf(rows, columns, (row, column) => {
          return row === 1 ? extremes[column % extremes.length]! : normal.values[row * columns + column]!;
        });
        const bias = normalTable(1, columns, "gate/bias");
        const q = normalTable(rows, columns, "gate/q");
        const [g, z] = [await trial.garbage(rows, columns), await trial.garbage(rows, columns)];
        await trial.training().gate(await trial.load(a), await trial.load(bias), await trial.load(q), g, z);
        const opening = Float64Array.from(a.values, (value, p) => sigmoid(value + bias.values[p % columns]!));
        const doing = `computing the gate of ${rows} x ${columns}`;
        // An error of the argument moves the sigmoid by at most a quarter of it.
        const scale = opening.map((value, p) => {
          const size = Math.abs(a.values[p]!) + Math.abs(bias.values[p % columns]!);
          return value * (1 + Math.min(size, 20));
        });
        const least = scale.map((value) => Math.max(value, 1e-30));
        await trial.expectMatrix(doing, g, { values: opening, scale: least });
        const values = opening.map((value, p) => value * q.values[p]!);
        await trial.expectMatrix(doing, z, {
          values,
          scale: least.map((value, p) => value * Math.abs(q.values[p]!)),
        });
      }
    },
  },
  {
    operation: "training.gate",
    name: "keeps a row of NaN to itself",
    async run(trial) {
      const a = withRows(normalTable(9, 6, "gate/nan"), [4], NaN);
      const q = normalTable(9, 6, "gate/nan/q");
      const [g, z] = [await trial.garbage(9, 6), await trial.garbage(9, 6)];
      await trial
        .training()
        .gate(await trial.load(a), await trial.load(tableOf(1, 6, () => 0)), await trial.load(q), g, z);
      const values = Float64Array.from(a.values, (value, p) => sigmoid(value) * q.values[p]!);
      await trial.expectMatrix(
        "computing a gate beside NaN",
        z,
        { values, scale: values.map(() => 1) },
        (row) => row === 4,
      );
    },
  },
  {
    operation: "training.gateBackward",
    name: "is the gradient of the gate, and adds that by the values",
    async run(trial) {
      for (const [rows, columns] of SHAPES) {
        const a = normalTable(rows, columns, "gate/back/a");
        const [dz, q, dq] = ["dz", "q", "dq"].map((name) => normalTable(rows, columns, `gate/back/${name}`));
        const g = tableOf(rows, columns, (row, column) => sigmoid(a.values[row * columns + column]!));
        const [sum, da] = [await trial.load(dq!), await trial.garbage(rows, columns)];
        await trial
          .training()
          .gateBackward(await trial.load(dz!), await trial.load(q!), await trial.load(g), sum, da);
        const doing = `computing the gradient of the gate of ${rows} x ${columns}`;
        const added = Float64Array.from(dq!.values, (value, p) => value + dz!.values[p]! * g.values[p]!);
        await trial.expectMatrix(doing, sum, {
          values: added,
          scale: added.map((_, p) => 1 + Math.abs(dq!.values[p]!) + Math.abs(dz!.values[p]!)),
        });
        const slopes = Float64Array.from(a.values, (value, p) => {
          const step = 1e-5;
          const at = (x: number): number => dz!.values[p]! * q!.values[p]! * sigmoid(x);
          return (at(value + step) - at(value - step)) / (2 * step);
        });
        await trial.expectMatrix(doing, da, {
          values: slopes,
          scale: slopes.map((value) => Math.abs(value) + 1e-4),
        });
      }
    },
  },
  {
    operation: "training.layerNorm",
    name: "normalizes every row; a row of one value becomes the bias",
    async run(trial) {
      for (const [rows, columns] of SHAPES) {
        const x = withRows(normalTable(rows, columns, "norm/x"), rows > 1 ? [rows - 1] : [], 0.75);
        const [gain, bias] = [normalTable(1, columns, "norm/gain"), normalTable(1, columns, "norm/bias")];
        const out = await trial.garbage(rows, columns);
        await trial
          .training()
          .layerNorm(await trial.load(x), await trial.load(gain), await trial.load(bias), out);
        const values = layerNorm(widened(x), widened(gain).values, widened(bias).values);
        const scale = values.map((_, p) => {
          // One value alone is its own mean: all that is left of it is the error of that mean.
          const size = columns === 1 ? Math.abs(x.values[p]!) / Math.sqrt(1e-5) : 4;
          return size * Math.abs(gain.values[p % columns]!) + Math.abs(bias.values[p % columns]!);
        });
        await trial.expectMatrix(`normalizing ${rows} x ${columns}`, out, { values, scale });
      }
    },
  },
  {
    operation: "training.layerNormBackward",
    name: "agrees with differences of the layer by its input, its gain and its bias",
    async run(trial) {
      for (const [rows, columns] of [[1, 2] as const, [5, 7] as const, [13, 33] as const]) {
        const [x, dout] = [
          normalTable(rows, columns, "norm/back/x"),
          normalTable(rows, columns, "norm/back/dout"),
        ];
        const [gain, bias] = [normalTable(1, columns, "norm/back/gain"), tableOf(1, columns, () => 0)];
        const slopes = [
          await trial.garbage(rows, columns),
          await trial.garbage(1, columns),
          await trial.garbage(1, columns),
        ] as const;
        await trial
          .training()
          .layerNormBackward(await trial.load(dout), await trial.load(x), await trial.load(gain), ...slopes);
        const wide = [widened(x), widened(gain), widened(bias)] as const;
        const loss = (moved: (typeof wide)[number], which: number): number => {
          const [y, g, b] = wide.map((own, place) => (place === which ? moved : own));
          return layerNorm(y!, g!.values, b!.values).reduce(
            (sum, value, p) => sum + value * dout.values[p]!,
            0,
          );
        };
        for (const [which, matrix] of slopes.entries()) {
          const { values, scale } = gradientOf(wide[which]!, (moved) => loss(moved, which));
          // The terms of a gradient are about 1, also where they cancel: two values are equally far from their mean.
          const expected = { values, scale: scale.map((largest) => largest + 1) };
          await trial.expectMatrix(`gradient ${which} of a layer of ${rows} x ${columns}`, matrix, expected);
        }
      }
    },
  },
  {
    operation: "training.layerNormBackward",
    name: "sums gradients of the gain and the bias over many rows",
    async run(trial) {
      const [rows, columns] = [2500, 9];
      const x = normalTable(rows, columns, "norm/many/x");
      const dout = tableOf(rows, columns, (row) => 1 + (row % 3));
      const slopes = [
        await trial.garbage(rows, columns),
        await trial.garbage(1, columns),
        await trial.garbage(1, columns),
      ] as const;
      const gain = tableOf(1, columns, () => 1);
      await trial
        .training()
        .layerNormBackward(await trial.load(dout), await trial.load(x), await trial.load(gain), ...slopes);
      const normal = layerNorm(widened(x), new Float64Array(columns).fill(1), new Float64Array(columns));
      const sums = { values: new Float64Array(columns), scale: new Float64Array(columns) };
      const ones = { values: new Float64Array(columns), scale: new Float64Array(columns) };
      for (const [p, value] of normal.entries()) {
        sums.values[p % columns]! += value * dout.values[p]!;
        sums.scale[p % columns]! += Math.abs(value * dout.values[p]!);
        ones.values[p % columns]! += dout.values[p]!;
        ones.scale[p % columns]! += dout.values[p]!;
      }
      await trial.expectMatrix("summing gradients of a gain", slopes[1], sums);
      await trial.expectMatrix("summing gradients of a bias", slopes[2], ones);
    },
  },
];
