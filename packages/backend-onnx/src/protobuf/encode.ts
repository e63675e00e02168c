import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import {
  type Attribute,
  type Constant,
  elementTypes,
  type Graph,
  type Model,
  type Node,
  type Value,
} from "./model.ts";

/** The place of constants outside the model: by name, the offset in the file `location`. */
export interface External {
  readonly location: string;
  readonly offsets: ReadonlyMap<string, number>;
}

/** Encodes a model as protobuf. Field numbers are those of onnx.proto3. */
export function encodeModel(model: Model, external?: External): Uint8Array {
  const writer = new BinaryWriter();
  varint(writer, 1, irVersion(model.opset));
  text(writer, 2, "wellbegun");
  if (model.doc !== undefined) text(writer, 6, model.doc);
  message(writer, 7, () => writeGraph(writer, model.graph, external));
  message(writer, 8, () => varint(writer, 2, model.opset));
  for (const [key, value] of Object.entries(model.metadata ?? {})) writeEntry(writer, 14, key, value);
  return writer.finish();
}

/** The least version of the format that has an opset (docs/Versioning.md of the onnx project). */
function irVersion(opset: number): number {
  if (opset >= 21) return 10;
  return opset >= 19 ? 9 : 8;
}

function writeGraph(writer: BinaryWriter, graph: Graph, external: External | undefined): void {
  for (const node of graph.nodes) message(writer, 1, () => writeNode(writer, node));
  text(writer, 2, "wellbegun");
  for (const constant of graph.constants) message(writer, 5, () => writeConstant(writer, constant, external));
  for (const input of graph.inputs) message(writer, 11, () => writeValue(writer, input));
  for (const output of graph.outputs) message(writer, 12, () => writeValue(writer, output));
}

function writeNode(writer: BinaryWriter, { operator, inputs, outputs, attributes }: Node): void {
  for (const input of inputs) text(writer, 1, input);
  for (const output of outputs) text(writer, 2, output);
  text(writer, 3, `${operator} ${outputs[0]}`);
  text(writer, 4, operator);
  for (const [name, value] of Object.entries(attributes)) {
    message(writer, 5, () => writeAttribute(writer, name, value));
  }
}

function writeAttribute(writer: BinaryWriter, name: string, value: Attribute): void {
  text(writer, 1, name);
  if (typeof value === "number") {
    varint(writer, 3, value);
    varint(writer, 20, 2); // INT
  } else {
    text(writer, 4, value);
    varint(writer, 20, 3); // STRING
  }
}

function writeConstant(writer: BinaryWriter, constant: Constant, external: External | undefined): void {
  for (const size of constant.shape) varint(writer, 1, size);
  varint(writer, 2, elementTypes[constant.type]);
  text(writer, 8, constant.name);
  const offset = external?.offsets.get(constant.name);
  if (external === undefined || offset === undefined) {
    writer.tag(9, WireType.LengthDelimited).bytes(constant.bytes);
    return;
  }
  writeEntry(writer, 13, "location", external.location);
  writeEntry(writer, 13, "offset", `${offset}`);
  writeEntry(writer, 13, "length", `${constant.bytes.length}`);
  varint(writer, 14, 1); // EXTERNAL
}

function writeValue(writer: BinaryWriter, { name, type, shape, doc }: Value): void {
  text(writer, 1, name);
  message(writer, 2, () => {
    message(writer, 1, () => {
      varint(writer, 1, elementTypes[type]);
      message(writer, 2, () => {
        for (const size of shape) {
          message(writer, 1, () => {
            if (typeof size === "number") varint(writer, 1, size);
            else text(writer, 2, size);
          });
        }
      });
    });
  });
  if (doc !== undefined) text(writer, 3, doc);
}

function writeEntry(writer: BinaryWriter, field: number, key: string, value: string): void {
  message(writer, field, () => {
    text(writer, 1, key);
    text(writer, 2, value);
  });
}

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

function varint(writer: BinaryWriter, field: number, value: number): void {
  writer.tag(field, WireType.Varint).int64(value);
}
