import { testConformance } from "./support/conformance.ts";
import { testFits } from "./support/fits.ts";
import { tensorFlowFor } from "./support/peers.ts";

const tf = tensorFlowFor("wasm");
const present = await testConformance("wasm", tf);
if (tf !== undefined && present) testFits("wasm", tf, "everything");
