/** A command of wellbegun as a side of a bench: runs the arguments, and prints what the process has used. */

import { run } from "wellbegun";
import { usage } from "./usage.mjs";

const status = await run(process.argv.slice(2));
if (status !== 0) process.exit(status);
console.log(JSON.stringify(usage()));
