import { testConformance } from "./support/conformance.ts";
import { testFits } from "./support/fits.ts";
import { tensorFlowFor } from "./support/peers.ts";

const tf = tensorFlowFor("node");
const present = await testConformance("node", tf);
if (tf !== undefined && present) testFits("node", tf, "everything");
