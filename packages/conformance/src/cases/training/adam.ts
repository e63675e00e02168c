import { normalTable, tableOf } from "../../inputs.ts";
import type { CaseDefinition } from "../../trial.ts";
import { SHAPES } from "./rows.ts";

const [RATE, BETA1, BETA2, EPSILON] = [0.01, 0.9, 0.999, 1e-8];

/** adam. */
export const adamCases: readonly CaseDefinition[] = [
  {
    operation: "training.adam",
    name: "moves parameters and moments as the formulas say, step after step",
    async run(trial) {
      for (const [rows, columns] of SHAPES) {
        const start = normalTable(rows, columns, "adam/p");
        const length = rows * columns;
        const [p, m, v] = [
          Float64Array.from(start.values),
          new Float64Array(length),
          new Float64Array(length),
        ];
        const own = [
          await trial.load(start),
          await trial.empty(rows, columns),
          await trial.empty(rows, columns),
        ] as const;
        for (let step = 1; step <= 3; step++) {
          // Gradients of all sizes; a column has none, so that it moves by its momentum alone, which is 0.
          const normal = normalTable(rows, columns, `adam/g/${step}`);
          const g = tableOf(rows, columns, (row, column) => {
            return column === 2 ? 0 : normal.values[row * columns + column]! * 10 ** -(column % 7);
          });
          const [beta1Power, beta2Power] = [BETA1 ** step, BETA2 ** step];
          const numbers = {
            rate: RATE,
            beta1: BETA1,
            beta2: BETA2,
            epsilon: EPSILON,
            beta1Power,
            beta2Power,
          };
          await trial.training().adam(...own, await trial.load(g), numbers);
          for (let i = 0; i < length; i++) {
            m[i] = BETA1 * m[i]! + (1 - BETA1) * g.values[i]!;
            v[i] = BETA2 * v[i]! + (1 - BETA2) * g.values[i]! ** 2;
            const divisor = Math.sqrt(v[i]! / (1 - beta2Power)) + EPSILON;
            p[i]! -= (RATE * (m[i]! / (1 - beta1Power))) / divisor;
          }
          const doing = `step ${step} of ${rows} x ${columns}`;
          await trial.expectMatrix(`${doing}, parameters`, own[0], {
            values: p,
            scale: p.map((x) => Math.abs(x) + RATE),
          });
          const size = (x: number, i: number): number => Math.abs(x) + 10 ** -((i % columns) % 7);
          await trial.expectMatrix(`${doing}, means`, own[1], { values: m, scale: m.map(size) });
          await trial.expectMatrix(`${doing}, squares`, own[2], { values: v, scale: v.map(Math.abs) });
        }
      }
    },
  },
];
