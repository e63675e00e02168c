import { testConformance } from "./support/conformance.ts";
import { testFits } from "./support/fits.ts";
import { tensorFlowFor } from "./support/peers.ts";

const tf = tensorFlowFor("webgpu");
const present = await testConformance("webgpu", tf);
if (tf !== undefined && present) testFits("webgpu", tf, "the least");
