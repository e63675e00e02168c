import { describeConformance, openSuite } from "@wellbegun/conformance";
import { WellbegunError } from "@wellbegun/core";
import { afterAll, describe, it } from "vitest";
import { type WebgpuBackend, webgpu } from "../src/index.ts";
import { findDawn } from "./peers.ts";
import { smallDevice } from "./support/small-device.ts";

const { gpu, reason } = await findDawn();

function absent(): WellbegunError {
  return new WellbegunError("unavailable", { doing: "testing on a GPU", expected: "Dawn", found: reason });
}

async function open(): Promise<WebgpuBackend> {
  if (gpu === undefined) throw absent();
  return await webgpu({ gpu });
}

/** Little memory at a time, few threads and few workgroups: every operation must take its work in parts. */
async function openSmall(): Promise<WebgpuBackend> {
  if (gpu === undefined) throw absent();
  const device = await smallDevice(gpu, {
    maxBufferSize: 1.25 * 2 ** 20,
    maxStorageBufferBindingSize: 72 * 1024,
    maxComputeInvocationsPerWorkgroup: 128,
    maxComputeWorkgroupsPerDimension: 7,
  });
  return await webgpu({ device });
}

const suite = await openSuite({ name: "webgpu", create: open });
describeConformance(suite, { describe, it, afterAll }, console.log);

// Misuse is the same on any device, and of the many passes one run is enough.
const shapes = /every shape|every width| x \d|block|view|many|every item|excluded|few candidates|ties|NaN/;
const whole =
  "One sum of all clusters or columns must fit a binding; the sums here are larger than these limits.";
const small = await openSuite({
  name: "webgpu",
  create: openSmall,
  skips: [
    {
      operation: "gram",
      name: "matches the reference at every shape and is symmetric to the bit",
      reason: whole,
    },
    { operation: "assign", name: "gives nearest centroids, sums and counts at every shape", reason: whole },
  ],
});
const cases = small.cases.filter(({ name }) => shapes.test(name) && !name.includes("mismatch"));
describe("A device with small limits", () => {
  const kept = cases.length > 0 ? cases : small.cases;
  describeConformance({ ...small, cases: kept }, { describe, it, afterAll }, console.log);
});
