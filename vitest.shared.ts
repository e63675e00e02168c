import { defineConfig, type ViteUserConfig } from "vitest/config";

/**
 * The settings of every package's tests. turbo runs as many packages at once as there are cores, and each package
 * uses half of the cores, so that two packages fill a machine with two cores.
 */
const shared: ViteUserConfig = defineConfig({
  test: {
    include: ["test/**/*.test.{ts,mjs}"],
    maxWorkers: "50%",
    // The limit is generous, for tests that compare with Python on a shared machine. No test asserts a time.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // Read by tools/test-summary.mjs; in .turbo because turbo keeps its own record of the run there.
    reporters: ["default", ["json", { outputFile: ".turbo/test-results.json" }]],
  },
});

export default shared;
