import { float32Bytes, int64Bytes } from "./bytes.ts";
import type { Constant, ElementType, Graph, Node, Value } from "./model.ts";

/** Builds a graph from the first input to the last output; values go by their names. */
export class GraphBuilder {
  readonly #inputs: Value[] = [];
  readonly #outputs: Value[] = [];
  readonly #nodes: Node[] = [];
  readonly #constants: Constant[] = [];
  readonly #smallNames: Set<string> = new Set();
  #count = 0;

  /** An input of the model. */
  input(value: Value): string {
    this.#inputs.push(value);
    return value.name;
  }

  /** Makes a value an output of the model, under the output's name. */
  output(value: Value, from: string): void {
    this.#nodes.push({ operator: "Identity", inputs: [from], outputs: [value.name], attributes: {} });
    this.#outputs.push(value);
  }

  /** A constant tensor. */
  constant(constant: Constant): string {
    this.#constants.push(constant);
    return constant.name;
  }

  /** A constant vector of float32; calls with the same name share one vector. */
  floats(name: string, values: Float32Array): string {
    if (this.#constants.some((constant) => constant.name === name)) return name;
    return this.constant({ name, type: "float32", shape: [values.length], bytes: float32Bytes(values) });
  }

  /** A list of whole numbers as an int64 vector. */
  integers(...values: readonly number[]): string {
    return this.#small("int64", [values.length], int64Bytes(values), values);
  }

  /** A whole number as an int64 scalar. */
  integer(value: number): string {
    return this.#small("int64", [], int64Bytes([value]), [value]);
  }

  /** A number as a float32 scalar. */
  float(value: number): string {
    return this.#small("float32", [], float32Bytes([value]), [value]);
  }

  /** Applies an operator; returns its output. */
  apply(operator: string, inputs: readonly string[], attributes: Node["attributes"] = {}): string {
    return this.applyAll(1, operator, inputs, attributes)[0]!;
  }

  /** Applies an operator of several outputs; returns the first `count` of them. */
  applyAll(
    count: number,
    operator: string,
    inputs: readonly string[],
    attributes: Node["attributes"] = {},
  ): readonly string[] {
    const outputs = Array.from({ length: count }, () => `v${this.#count++}`);
    this.#nodes.push({ operator, inputs, outputs, attributes });
    return outputs;
  }

  /** The finished graph. */
  graph(): Graph {
    return {
      inputs: this.#inputs,
      outputs: this.#outputs,
      nodes: this.#nodes,
      constants: this.#constants,
    };
  }

  /** Equal small constants are shared. */
  #small(type: ElementType, shape: readonly number[], bytes: Uint8Array, values: readonly number[]): string {
    const name = `${type}${shape.length === 0 ? "" : " list"} ${values.join(", ")}`;
    if (this.#smallNames.has(name)) return name;
    this.#smallNames.add(name);
    return this.constant({ name, type, shape, bytes });
  }
}
