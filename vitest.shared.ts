import { defineConfig, type ViteUserConfig } from "vitest/config";

/**
 * Milliseconds for one test or hook. The limits are generous, for tests that compare with Python on a shared machine, and more so for
 * those of `npm run nightly`, some of which take minutes on a software GPU. No test asserts a time.
 */
const limit: number = process.env.WELLBEGUN_NIGHTLY === "1" ? 1_800_000 : 240_000;

/**
 * The settings of every package's tests. turbo runs as many packages at once as there are cores, and each package
 * uses half of the cores, so that two packages fill a machine with two cores.
 */
const shared: ViteUserConfig = defineConfig({
  test: {
    include: ["test/**/*.test.{ts,mjs}"],
    maxWorkers: "50%",
    testTimeout: limit,
    hookTimeout: limit,
    // A zone with half an hour and summer time: continuous integration runs in UTC, where a confusion with local time shows nowhere.
    env: { TZ: "America/St_Johns" },
    // Read by tools/test-summary.mjs; in .turbo because turbo keeps its own record of the run there.
    reporters: ["default", ["json", { outputFile: ".turbo/test-results.json" }]],
  },
});

export default shared;
