import type { Matrix, TrainingOperations } from "@wellbegun/core/backend";
import { expectCode } from "../../check.ts";
import type { CaseDefinition, Trial } from "../../trial.ts";

/** Well-formed operands, made anew for each call. */
interface Operands {
  /** 4 x 3 each. */
  readonly x: Matrix;
  readonly y: Matrix;
  readonly out: Matrix;
  readonly more: Matrix;
  readonly most: Matrix;
  /** 1 x 3. */
  readonly bias: Matrix;
  /** 4 x 2. */
  readonly narrow: Matrix;
  /** 3 x 3. */
  readonly short: Matrix;
}

type Call = (training: TrainingOperations, operands: Operands) => Promise<unknown>;

const four = Uint32Array.of(0, 1, 2, 3);
const pair = { ranking: 1, squares: 0, cosine: 0 };
const nce = { counts: Float64Array.of(1, 1, 1, 1), temperature: 0.2, weight: 1 };
const step = { rate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, beta1Power: 0.9, beta2Power: 0.999 };

const WRONG: readonly (readonly [operation: string, what: string, call: Call])[] = [
  ["addBias", "a bias of several rows", (t, { x, y }) => t.addBias(x, y)],
  ["multiplyTransposed", "another width", (t, { x, narrow, out }) => t.multiplyTransposed(x, narrow, out)],
  [
    "multiplyTransposed",
    "an output that is an input",
    (t, { short }) => t.multiplyTransposed(short, short, short),
  ],
  ["weightedSum", "no matrix", (t, { out }) => t.weightedSum([], [], out)],
  ["weightedSum", "too few weights", (t, { x, y, out }) => t.weightedSum([x, y], [1], out)],
  ["weightedSum", "another shape", (t, { x, narrow, out }) => t.weightedSum([x, narrow], [1, 1], out)],
  ["weightedSum", "an output among its terms", (t, { x, out }) => t.weightedSum([x, out], [1, 1], out)],
  ["gatherRows", "too few indices", (t, { x, out }) => t.gatherRows(x, four.subarray(1), out)],
  ["gatherRows", "an index past the rows", (t, { short, out }) => t.gatherRows(short, four, out)],
  ["scatterRows", "an index past the rows", (t, { x, short }) => t.scatterRows(x, four, short)],
  ["scatterRows", "rows of another width", (t, { narrow, x }) => t.scatterRows(narrow, four, x)],
  ["gate", "another width", (t, { x, bias, narrow, out, more }) => t.gate(x, bias, narrow, out, more)],
  ["gate", "one output twice", (t, { x, bias, y, out }) => t.gate(x, bias, y, out, out)],
  ["gateBackward", "other rows", (t, { x, y, short, out, more }) => t.gateBackward(x, y, short, out, more)],
  ["layerNorm", "a gain of several rows", (t, { x, y, bias, out }) => t.layerNorm(x, y, bias, out)],
  [
    "layerNormBackward",
    "a gain as the gradient of the gain",
    (t, { x, y, bias, out, more }) => t.layerNormBackward(x, y, bias, out, bias, more),
  ],
  [
    "pairLoss",
    "other rows",
    (t, { x, y, short, out, more, most }) => t.pairLoss(x, y, short, out, more, most, pair),
  ],
  [
    "pairLoss",
    "a gradient in place of its rows",
    (t, { x, y, out, more, most }) => t.pairLoss(x, y, out, x, more, most, pair),
  ],
  [
    "infoNce",
    "too few counts",
    (t, { x, y, out, more }) => t.infoNce(x, y, out, more, { ...nce, counts: nce.counts.subarray(1) }),
  ],
  [
    "infoNce",
    "a count of 0",
    (t, { x, y, out, more }) => t.infoNce(x, y, out, more, { ...nce, counts: Float64Array.of(1, 1, 0, 1) }),
  ],
  [
    "infoNce",
    "a temperature of 0",
    (t, { x, y, out, more }) => t.infoNce(x, y, out, more, { ...nce, temperature: 0 }),
  ],
  ["adam", "another width", (t, { x, y, out, narrow }) => t.adam(x, y, out, narrow, step)],
  ["adam", "one matrix for both moments", (t, { x, y, out }) => t.adam(x, y, y, out, step)],
];

async function operandsOf(trial: Trial): Promise<Operands> {
  const wide = (): Promise<Matrix> => trial.empty(4, 3);
  return {
    x: await wide(),
    y: await wide(),
    out: await wide(),
    more: await wide(),
    most: await wide(),
    bias: await trial.empty(1, 3),
    narrow: await trial.empty(4, 2),
    short: await trial.empty(3, 3),
  };
}

/** Calls of the operations of training that must be refused. */
export const trainingMisuseCases: readonly CaseDefinition[] = [
  ...WRONG.map(([name, what, call]): CaseDefinition => {
    const operation = `training.${name}`;
    return {
      operation,
      name: `refuses ${what} with mismatch`,
      async run(trial) {
        const operands = await operandsOf(trial);
        await expectCode(`calling ${operation} with ${what}`, "mismatch", () =>
          call(trial.training(), operands),
        );
      },
    };
  }),
  {
    operation: "training.addBias",
    name: "refuses a released handle with disposed",
    async run(trial) {
      const { x, bias } = await operandsOf(trial);
      bias.dispose();
      await expectCode("adding a released bias", "disposed", () => trial.training().addBias(x, bias));
    },
  },
];
