import type { Matrix } from "@wellbegun/core/backend";
import type { Scope } from "../operations/scope.ts";

/** A trained table or weight and its gradient. */
export interface Parameter {
  readonly value: Matrix;
  /** The gradient of the last batch's loss; a model overwrites it in every step. */
  readonly gradient: Matrix;
}

/** The parameters of one model by name, in the order in which they were added. */
export class Parameters {
  readonly #scope: Scope;
  readonly #byName: Map<string, Parameter> = new Map();

  /** @param scope Owns the matrices. */
  constructor(scope: Scope) {
    this.#scope = scope;
  }

  /** Adds a parameter with the given start. */
  async add(name: string, values: ArrayLike<number>, rows: number, columns: number): Promise<Parameter> {
    const value = await this.#scope.upload(values, rows, columns);
    const parameter = { value, gradient: await this.#scope.create(rows, columns) };
    this.#byName.set(name, parameter);
    return parameter;
  }

  get(name: string): Parameter | undefined {
    return this.#byName.get(name);
  }

  entries(): [name: string, parameter: Parameter][] {
    return [...this.#byName];
  }
}
