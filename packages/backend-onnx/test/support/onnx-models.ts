/** Small ONNX models, written field by field after onnx.proto3, in each of the forms that writers give a tensor's values. */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** How a tensor's values lie in its message. */
export type ValueForm = "raw" | "packed" | "unpacked";

/** A tensor of two dimensions. */
export interface TestTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: readonly number[];
  readonly form?: ValueForm;
  /** TensorProto.DataType: 1 float32, 11 float64, 10 float16. */
  readonly type?: number;
  readonly external?: boolean;
}

/** A node. */
export interface TestNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly axis?: number;
}

/** A model with the int64 input `rows` of shape [n] and one float32 output `out`. */
export function modelOf(
  tensors: readonly TestTensor[],
  nodes: readonly TestNode[],
  { outputType = 1 }: { outputType?: number } = {},
): Uint8Array {
  const graph = new BinaryWriter();
  for (const node of nodes) message(graph, 1, nodeOf(node));
  graph.tag(2, WireType.LengthDelimited).string("test");
  for (const tensor of tensors) message(graph, 5, tensorOf(tensor));
  message(graph, 11, valueInfo("rows", 7, ["n"]));
  message(graph, 12, valueInfo("out", outputType, ["n", "d"]));
  const model = new BinaryWriter().tag(1, WireType.Varint).int64(8);
  message(model, 7, graph);
  message(model, 8, new BinaryWriter().tag(2, WireType.Varint).int64(17));
  const entry = new BinaryWriter().tag(1, WireType.LengthDelimited).string("author");
  message(model, 14, entry.tag(2, WireType.LengthDelimited).string("the test"));
  // A field that onnx.proto3 does not have.
  return model.tag(999, WireType.LengthDelimited).string("kept").finish();
}

function nodeOf({ operator, inputs, output, axis }: TestNode): BinaryWriter {
  const node = new BinaryWriter();
  for (const input of inputs) node.tag(1, WireType.LengthDelimited).string(input);
  node.tag(2, WireType.LengthDelimited).string(output);
  node.tag(3, WireType.LengthDelimited).string(`the ${output}`);
  node.tag(4, WireType.LengthDelimited).string(operator);
  if (axis !== undefined) {
    const attribute = new BinaryWriter().tag(1, WireType.LengthDelimited).string("axis");
    message(node, 5, attribute.tag(3, WireType.Varint).int64(axis).tag(20, WireType.Varint).int32(2));
  }
  return node;
}

function tensorOf({ name, dims, values, form = "raw", type = 1, external }: TestTensor): BinaryWriter {
  const tensor = new BinaryWriter();
  const packedDims = new BinaryWriter();
  for (const dim of dims) {
    if (form === "packed") packedDims.int64(dim);
    else tensor.tag(1, WireType.Varint).int64(dim);
  }
  if (form === "packed") message(tensor, 1, packedDims);
  tensor.tag(2, WireType.Varint).int32(type);
  const double = type === 11;
  const field = double ? 10 : 4;
  const write = (to: BinaryWriter, value: number) => (double ? to.double(value) : to.float(value));
  const packed = new BinaryWriter();
  for (const value of values) {
    if (form === "unpacked") write(tensor.tag(field, double ? WireType.Bit64 : WireType.Bit32), value);
    else write(packed, value);
  }
  if (form !== "unpacked") message(tensor, form === "raw" ? 9 : field, packed);
  tensor.tag(8, WireType.LengthDelimited).string(name);
  if (external === true) {
    const entry = new BinaryWriter().tag(1, WireType.LengthDelimited).string("location");
    message(tensor, 13, entry.tag(2, WireType.LengthDelimited).string("weights.bin"));
    tensor.tag(14, WireType.Varint).int32(1);
  }
  return tensor;
}

function valueInfo(name: string, type: number, shape: readonly string[]): BinaryWriter {
  const dims = new BinaryWriter();
  for (const dim of shape) message(dims, 1, new BinaryWriter().tag(2, WireType.LengthDelimited).string(dim));
  const tensor = new BinaryWriter().tag(1, WireType.Varint).int32(type);
  message(tensor, 2, dims);
  const kind = new BinaryWriter();
  message(kind, 1, tensor);
  const value = new BinaryWriter().tag(1, WireType.LengthDelimited).string(name);
  message(value, 2, kind);
  return value;
}

function message(to: BinaryWriter, field: number, from: BinaryWriter): void {
  to.tag(field, WireType.LengthDelimited).bytes(from.finish());
}
