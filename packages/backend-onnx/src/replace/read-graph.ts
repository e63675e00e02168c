import { isWellbegunError, WellbegunError } from "@wellbegun/core";
import { type Field, fieldsOf, textOf, varintOf, varintsOf } from "../protobuf/fields.ts";

/** An initializer of a graph. Field numbers here and below are those of onnx.proto3. */
export interface Initializer {
  readonly name: string;
  readonly dims: readonly number[];
  /** TensorProto.DataType. */
  readonly type: number;
  /** Whether its values lie in another file. */
  readonly external: boolean;
  /** Its field in the graph. */
  readonly field: Field;
}

/** A use of an initializer by a node. */
export interface Use {
  readonly operator: string;
  readonly node: string;
  /** Which input of the node it is. */
  readonly input: number;
  /** The attribute axis; 0 where there is none. */
  readonly axis: number;
}

/** The parts of a model that are read. */
export interface ModelGraph {
  /** The graph's field in the model. */
  readonly field: Field;
  readonly initializers: readonly Initializer[];
  /** Uses of an initializer by name, in the main graph. */
  readonly uses: ReadonlyMap<string, readonly Use[]>;
}

/**
 * Finds the graph, its initializers and the nodes that use them.
 *
 * @throws {WellbegunError} `format` if the bytes are not an ONNX model.
 */
export function readGraph(model: Uint8Array, doing: string): ModelGraph {
  return readingModel(doing, () => {
    const field = fieldsOf(model).find(({ number }) => number === 7);
    if (field === undefined) throw new RangeError("no graph");
    const fields = fieldsOf(field.value);
    const initializers = fields.filter(({ number }) => number === 5).map(readInitializer);
    const uses = new Map<string, Use[]>();
    for (const node of fields.filter(({ number }) => number === 1)) collectUses(node, uses);
    return { field, initializers, uses };
  });
}

/** Runs a reader of a model's bytes; its error for bytes that are not a message becomes a `format` error. */
export function readingModel<T>(doing: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (isWellbegunError(cause)) throw cause;
    throw new WellbegunError("format", {
      doing,
      expected: "the bytes of an ONNX model",
      found: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

function readInitializer(field: Field): Initializer {
  const dims: number[] = [];
  let type = 0;
  let name = "";
  let external = false;
  for (const part of fieldsOf(field.value)) {
    if (part.number === 1) dims.push(...varintsOf(part));
    else if (part.number === 2) type = varintOf(part);
    else if (part.number === 8) name = textOf(part);
    else if (part.number === 13) external = true;
    else if (part.number === 14 && varintOf(part) === 1) external = true;
  }
  return { name, dims, type, external, field };
}

function collectUses(field: Field, uses: Map<string, Use[]>): void {
  const inputs: string[] = [];
  let [operator, node, axis] = ["", "", 0];
  for (const part of fieldsOf(field.value)) {
    if (part.number === 1) inputs.push(textOf(part));
    else if (part.number === 3) node = textOf(part);
    else if (part.number === 4) operator = textOf(part);
    else if (part.number === 5) axis = axisOf(part) ?? axis;
  }
  inputs.forEach((name, input) => {
    const known = uses.get(name);
    if (known === undefined) uses.set(name, [{ operator, node, input, axis }]);
    else known.push({ operator, node, input, axis });
  });
}

/** The value of an attribute named axis. */
function axisOf(field: Field): number | undefined {
  const parts = fieldsOf(field.value);
  const name = parts.find(({ number }) => number === 1);
  const value = parts.find(({ number }) => number === 3);
  return name !== undefined && textOf(name) === "axis"
    ? value === undefined
      ? 0
      : varintOf(value)
    : undefined;
}
