import { cpu } from "@wellbegun/core";
import { afterAll, describe, it } from "vitest";
import { describeConformance, openSuite } from "../src/index.ts";

const suite = await openSuite({ name: "cpu", create: async () => cpu() });
describeConformance(suite, { describe, it, afterAll }, console.log);
