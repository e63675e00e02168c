/** Prints what the conformance suite finds of the WebGPU backend on this machine's GPU; exit status 1 if it is not conformant. */

import { webgpu } from "@wellbegun/backend-webgpu";
import { formatTable, isConformant, runConformance } from "@wellbegun/conformance";

const results = await runConformance({ name: "webgpu", create: () => webgpu() });
console.log(formatTable(results));
process.exit(isConformant(results) ? 0 : 1);
