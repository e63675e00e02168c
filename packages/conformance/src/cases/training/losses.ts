import type { PairWeights } from "@wellbegun/core/backend";
import { expectClose, expectThat } from "../../check.ts";
import { normalTable, type Table, withRows } from "../../inputs.ts";
import { gradientOf, infoNce, pairLosses, type Wide, weighted, widened } from "../../training-reference.ts";
import type { CaseDefinition, Trial } from "../../trial.ts";

const WEIGHTS: readonly PairWeights[] = [
  { ranking: 1, squares: 0, cosine: 0 },
  { ranking: 1, floor: 1e-2, squares: 0, cosine: 0 },
  { ranking: 0, squares: 0.3, cosine: 0 },
  { ranking: 0, squares: 0, cosine: 0.7 },
  { ranking: 1, squares: 0.2, cosine: 0.5 },
];

/** pairLoss, infoNce. */
export const lossCases: readonly CaseDefinition[] = [
  {
    operation: "training.pairLoss",
    name: "gives each loss, and the gradient that its differences give",
    async run(trial) {
      for (const [pairs, columns] of [[1, 1] as const, [5, 3] as const, [9, 17] as const]) {
        const names = ["u", "i", "j"];
        const tables = names.map((name) => normalTable(pairs, columns, `pairs/${name}`));
        for (const weights of WEIGHTS) await expectPairs(trial, tables, weights);
      }
    },
  },
  {
    operation: "training.pairLoss",
    name: "adds up many pairs",
    async run(trial) {
      const tables = ["u", "i", "j"].map((name) => normalTable(2051, 64, `pairs/many/${name}`));
      const matrices = await Promise.all(tables.map((table) => trial.load(table)));
      const slopes = [
        await trial.garbage(2051, 64),
        await trial.garbage(2051, 64),
        await trial.garbage(2051, 64),
      ] as const;
      const [hu, hi, hj] = matrices as [(typeof matrices)[0], (typeof matrices)[0], (typeof matrices)[0]];
      const found = await trial.training().pairLoss(hu, hi, hj, ...slopes, WEIGHTS[4]!);
      const [u, i, j] = tables.map(widened);
      expectLosses("adding up 2051 pairs", found, pairLosses(u!, i!, j!, 0), trial.tolerances.values);
    },
  },
  {
    operation: "training.pairLoss",
    name: "stays finite for rows of zeros and for scores of any size",
    async run(trial) {
      const doing = "computing losses of extreme pairs";
      const u = withRows(withRows(normalTable(6, 8, "pairs/extreme/u"), [1], 0), [2, 3], 10);
      const i = withRows(withRows(normalTable(6, 8, "pairs/extreme/i"), [1, 4], 0), [2], 10);
      const j = withRows(normalTable(6, 8, "pairs/extreme/j"), [3], 10);
      const slopes = [
        await trial.garbage(6, 8),
        await trial.garbage(6, 8),
        await trial.garbage(6, 8),
      ] as const;
      const weights = { ranking: 1, squares: 0, cosine: 0.5 };
      const found = await trial
        .training()
        .pairLoss(await trial.load(u), await trial.load(i), await trial.load(j), ...slopes, weights);
      for (const [name, value] of Object.entries(found)) {
        expectThat(doing, Number.isFinite(value), `a finite ${name}`, `${value}`);
      }
      for (const slope of slopes) {
        const values = await trial.valuesOf(slope);
        expectThat(doing, values.every(Number.isFinite), "finite gradients", `${values}`);
      }
    },
  },
  {
    operation: "training.infoNce",
    name: "gives the loss over the batch with its repeated rows, and the gradient that its differences give",
    async run(trial) {
      for (const [rows, columns, temperature] of [
        [1, 3, 0.5] as const,
        [6, 4, 0.5] as const,
        [13, 9, 0.2] as const,
      ]) {
        const counts = Float64Array.from({ length: rows }, (_, r) => 1 + ((r * r) % 4));
        await expectInfoNce(trial, rows, columns, { counts, temperature, weight: 0.7 });
      }
    },
  },
  {
    operation: "training.infoNce",
    name: "takes more rows than one panel holds",
    async run(trial) {
      const counts = Float64Array.from({ length: 301 }, (_, r) => 1 + Number(r % 5 === 0));
      const some = new Set([0, 5, 1003, 2047, 2048, 2405]);
      await expectInfoNce(trial, 301, 8, { counts, temperature: 0.2, weight: 1 }, (place) => some.has(place));
    },
  },
  {
    operation: "training.infoNce",
    name: "gives 0 for no rows",
    async run(trial) {
      const [a, v, da, dv] = [
        await trial.garbage(0, 3),
        await trial.garbage(0, 3),
        await trial.garbage(0, 3),
        await trial.garbage(0, 3),
      ];
      const options = { counts: new Float64Array(0), temperature: 0.2, weight: 1 };
      const found = await trial.training().infoNce(a, v, da, dv, options);
      expectThat("contrasting no rows", found === 0, "0", `${found}`);
    },
  },
];

async function expectPairs(trial: Trial, tables: readonly Table[], weights: PairWeights): Promise<void> {
  const [{ rows, columns }] = tables as [Table];
  const doing = `computing losses of ${rows} pairs of ${columns}, weights ${JSON.stringify(weights)}`;
  const [hu, hi, hj] = [
    await trial.load(tables[0]!),
    await trial.load(tables[1]!),
    await trial.load(tables[2]!),
  ];
  const garbage = (): ReturnType<Trial["garbage"]> => trial.garbage(rows, columns);
  const slopes = [await garbage(), await garbage(), await garbage()] as const;
  const found = await trial.training().pairLoss(hu, hi, hj, ...slopes, weights);
  const wide = tables.map(widened);
  const losses = (which: number, moved: Wide): ReturnType<typeof pairLosses> => {
    const [u, i, j] = wide.map((own, place) => (place === which ? moved : own));
    return pairLosses(u!, i!, j!, weights.floor ?? 0);
  };
  expectLosses(doing, found, losses(0, wide[0]!), trial.tolerances.values);
  for (const [which, slope] of slopes.entries()) {
    const expected = gradientOf(wide[which]!, (moved) => weighted(losses(which, moved), weights));
    // The terms of a gradient are as large as its weights.
    const scale = expected.scale.map((largest) => largest + 0.01);
    await trial.expectMatrix(`${doing}, gradient ${which}`, slope, { values: expected.values, scale });
  }
}

function expectLosses(
  doing: string,
  found: ReturnType<typeof pairLosses>,
  expected: ReturnType<typeof pairLosses>,
  tolerance: number,
): void {
  const list = ({ ranking, squares, cosine }: typeof found): number[] => [ranking, squares, cosine];
  const values = Float64Array.from(list(expected));
  expectClose(
    doing,
    list(found),
    { values, scale: values.map((value) => Math.abs(value) + 1e-3) },
    tolerance,
    3,
  );
}

async function expectInfoNce(
  trial: Trial,
  rows: number,
  columns: number,
  options: { readonly counts: Float64Array; readonly temperature: number; readonly weight: number },
  wanted?: (place: number) => boolean,
): Promise<void> {
  const doing = `contrasting ${rows} x ${columns}`;
  const [a, v] = [normalTable(rows, columns, "nce/a"), normalTable(rows, columns, "nce/v")];
  const slopes = [await trial.garbage(rows, columns), await trial.garbage(rows, columns)] as const;
  const found = await trial.training().infoNce(await trial.load(a), await trial.load(v), ...slopes, options);
  const [left, right] = [widened(a), widened(v)];
  const { counts, temperature, weight } = options;
  const loss = Float64Array.of(infoNce(left, right, counts, temperature));
  expectClose(
    doing,
    [found],
    { values: loss, scale: loss.map((value) => value + 1) },
    trial.tolerances.values,
    1,
  );
  const byLeft = gradientOf(left, (moved) => weight * infoNce(moved, right, counts, temperature), wanted);
  const byRight = gradientOf(right, (moved) => weight * infoNce(left, moved, counts, temperature), wanted);
  for (const [which, expected] of [byLeft, byRight].entries()) {
    const scale = expected.scale.map((largest) => largest + 0.01 / rows);
    const ignore = (row: number, column: number): boolean =>
      Number.isNaN(expected.values[row * columns + column]!);
    await trial.expectMatrix(`${doing}, gradient ${which}`, slopes[which]!, { ...expected, scale }, ignore);
  }
}
