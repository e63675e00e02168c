import type { Matrix, TrainingOperations } from "@wellbegun/core/backend";
import type { Parameter, Parameters } from "./models/parameters.ts";
import type { Scope } from "./operations/scope.ts";

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** The moments of one parameter. */
export interface Moments {
  /** Decayed mean of the gradients. */
  readonly mean: Matrix;
  /** Decayed mean of their squares. */
  readonly square: Matrix;
}

/**
 * Adam (Kingma and Ba, 2015) over all parameters of a model, with PyTorch's defaults: betas 0.9 and 0.999,
 * epsilon 1e-8, no weight decay. Every row changes in every step; a row without a gradient moves by its
 * momentum.
 */
export class Adam {
  /** Steps taken so far. */
  steps = 0;
  readonly moments: ReadonlyMap<string, Moments>;
  readonly #operations: TrainingOperations;
  readonly #parameters: readonly [name: string, parameter: Parameter][];
  #beta1Power = 1;
  #beta2Power = 1;

  private constructor(
    operations: TrainingOperations,
    parameters: readonly [name: string, parameter: Parameter][],
    moments: ReadonlyMap<string, Moments>,
  ) {
    this.#operations = operations;
    this.#parameters = parameters;
    this.moments = moments;
  }

  /** Makes the moments, of zeros; they belong to `scope`. */
  static async create(scope: Scope, operations: TrainingOperations, parameters: Parameters): Promise<Adam> {
    const moments = new Map<string, Moments>();
    for (const [name, { value }] of parameters.entries()) {
      moments.set(name, { mean: await scope.like(value), square: await scope.like(value) });
    }
    return new Adam(operations, parameters.entries(), moments);
  }

  /** Moves every parameter along its gradient. */
  async step(rate: number): Promise<void> {
    this.advance(1);
    for (const [name, { value, gradient }] of this.#parameters) {
      const { mean, square } = this.moments.get(name)!;
      await this.#operations.adam(value, mean, square, gradient, {
        rate,
        beta1: BETA1,
        beta2: BETA2,
        epsilon: EPSILON,
        beta1Power: this.#beta1Power,
        beta2Power: this.#beta2Power,
      });
    }
  }

  /** Counts steps of the run that is resumed; the caller restores their moments. */
  advance(steps: number): void {
    // Products, so that a resumed run has the same powers to the last bit.
    for (let step = 0; step < steps; step++) {
      this.#beta1Power *= BETA1;
      this.#beta2Power *= BETA2;
    }
    this.steps += steps;
  }
}
