import { WellbegunError } from "@wellbegun/core";

/** The error for a provider that does not start. */
export function startFailure(provider: string, cause: unknown): WellbegunError {
  return new WellbegunError("unavailable", {
    doing: `starting ONNX Runtime's ${provider} provider`,
    expected: "a session",
    found: reasonOf(cause),
    ...(provider === "cuda"
      ? {
          hint: "CUDA needs Linux x64, an NVIDIA driver, CUDA 12, cuDNN 9 and ONNX Runtime's own part for it: npm install onnxruntime-node --onnxruntime-node-install=cuda12",
        }
      : {}),
    cause,
  });
}

/**
 * The error for a failed run. Since operands are checked before, a run fails if memory is exhausted or the
 * device fails.
 */
export function runFailure(
  provider: string,
  operands: readonly { readonly rows: number; readonly columns: number }[],
  cause: unknown,
): WellbegunError {
  const reason = reasonOf(cause);
  const memory = /memory|alloc|buffer size|too large|exceeds/i.test(reason);
  const sizes = operands.map(({ rows, columns }) => `${rows} x ${columns}`).join(", ");
  return new WellbegunError(memory ? "limit" : "unavailable", {
    doing: `multiplying with ONNX Runtime's ${provider} provider`,
    expected: memory ? "operands and a result that the device can hold" : "a result",
    found: reason,
    at: `a, b and y of ${sizes}`,
    cause,
  });
}

/** The first line of a message, without the place in ONNX Runtime's source that it may start with. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .trim()
    .split("\n")[0]!
    .replace(/^\/\S+:\d+ .* was false\. /, "");
}
