import { testConformance } from "./support/conformance.ts";
import { tensorFlowFor } from "./support/peers.ts";

// Blocks so small that every operation works on many, and that lists of rows to sum are cut into parts.
await testConformance("wasm", tensorFlowFor("wasm"), { blockValues: 400 });
