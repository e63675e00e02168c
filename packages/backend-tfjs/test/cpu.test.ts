import { testConformance } from "./support/conformance.ts";
import { testFits } from "./support/fits.ts";
import { tensorFlowFor } from "./support/peers.ts";

const tf = tensorFlowFor("cpu");
const present = await testConformance("cpu", tf);
if (tf !== undefined && present) testFits("cpu", tf, "everything");
