import { exportInitializer } from "@wellbegun/backend-onnx/export";
import type { Initializer, TrainedInitializer } from "@wellbegun/core";
import type { Download } from "../protocol.ts";

/** The initializer as one ONNX model: the items of a user go in, the user's vector comes out. */
export function onnxFile(initializer: Initializer | TrainedInitializer): Download {
  const { model } = exportInitializer(initializer, { form: "padded" });
  return { name: "initializer.onnx", bytes: model as Uint8Array<ArrayBuffer> };
}
