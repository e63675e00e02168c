import { defineConfig, type ViteUserConfig } from "vitest/config";

/**
 * The settings of every package's tests. turbo runs the packages beside each other, as many as there are cores;
 * a package then takes half of the cores, so that two of them fill a machine of two.
 */
const shared: ViteUserConfig = defineConfig({
  test: {
    include: ["test/**/*.test.{ts,mjs}"],
    maxWorkers: "50%",
    // Generous, for tests that compare with Python or compute on a machine that others share; none is timed.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // Read by tools/test-summary.mjs; in .turbo because turbo keeps its own record of the run there.
    reporters:
      process.env.CI === undefined
        ? ["default"]
        : ["default", ["json", { outputFile: ".turbo/test-results.json" }]],
  },
});

export default shared;
