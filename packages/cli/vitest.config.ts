import { mergeConfig } from "vitest/config";
import shared from "../../vitest.shared.ts";

// Built last, tested last: the other packages' tests have ended by then, so that all cores are free.
export default mergeConfig(shared, { test: { maxWorkers: "100%" } });
