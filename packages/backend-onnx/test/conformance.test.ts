import { describeConformance, openSuite } from "@wellbegun/conformance";
import { afterAll, describe, it } from "vitest";
import { openOnnx } from "../src/backend/onnx.ts";
import { everything, type Plan, planFor } from "../src/backend/plan.ts";
import type { Provider } from "../src/index.ts";
import { type PeerName, peerFor } from "./support/peers.ts";

// The suite's shapes are small: with the plan of the product most of them stay with the host.
const backends: readonly (readonly [PeerName, Provider, string, (provider: Provider) => Plan])[] = [
  ["onnxruntime-node", "cpu", "as planned", planFor],
  ["onnxruntime-node", "cpu", "all products on ONNX Runtime", () => everything],
  ["onnxruntime-node", "webgpu", "all products on ONNX Runtime", () => everything],
  ["onnxruntime-node", "cuda", "all products on ONNX Runtime", () => everything],
  ["onnxruntime-web", "wasm", "all products on ONNX Runtime", () => everything],
];

for (const [peer, provider, title, plan] of backends) {
  const name = `onnx:${provider}`;
  const runtime = await peerFor(`conformance of ${name}, ${title}`, peer);
  if (runtime === undefined) continue;
  const suite = await openSuite({
    name,
    create: () => openOnnx({ runtime, executionProviders: [provider], threads: 2 }, plan),
  });
  describe(title, () => describeConformance(suite, { describe, it, afterAll }, console.log));
}
