/** ONNX models as plain data: the part of the format (onnx.proto3 of the onnx project) that is used here. */

/** Element types, with their numbers in TensorProto.DataType. */
export const elementTypes = { float32: 1, int64: 7, bool: 9 } as const;
/** An element type. */
export type ElementType = keyof typeof elementTypes;

/** A constant tensor. */
export interface Constant {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Its values, little-endian and row-major. */
  readonly bytes: Uint8Array;
}

/** An input or output; a dimension that is a name may have any size. */
export interface Value {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly (number | string)[];
  readonly doc?: string;
}

/** An attribute: only whole numbers and strings are needed. */
export type Attribute = number | string;

/** One operator. */
export interface Node {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A graph. */
export interface Graph {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly nodes: readonly Node[];
  readonly constants: readonly Constant[];
}

/** A model. */
export interface Model {
  readonly graph: Graph;
  /** Version of the operators (of the domain ai.onnx). */
  readonly opset: number;
  readonly doc?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}
