#!/usr/bin/env node
import * as runtime from "node:module";

// From the second run on, Node 22 and later need not compile the program again; older ones do not have it.
runtime.enableCompileCache?.();
const { main } = await import("../dist/bin/main.js");
await main();
