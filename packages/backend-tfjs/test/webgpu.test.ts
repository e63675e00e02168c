import { nightly } from "../../../test-support/nightly.ts";
import { testConformance } from "./support/conformance.ts";
import { type Extent, testFits } from "./support/fits.ts";
import { tensorFlowFor } from "./support/peers.ts";

const tf = tensorFlowFor("webgpu");
const extent: Extent = nightly("whole methods, many shapes and many passes on tfjs:webgpu")
  ? "everything"
  : "the least";
const present = await testConformance("webgpu", tf, { extent });
if (tf !== undefined && present) testFits("webgpu", tf, extent);
