import { findInstalled, installed } from "./installed.mjs";
import { runProcess } from "./process.mjs";

/** @type {import("./runtime.d.mts").Runtime} */
export const deno = {
  name: "deno",
  lacks: [],
  find: () => findInstalled(installed.deno),
  // No permission but the files of the program itself, and what the conformance suite's README asks for.
  run: (place) =>
    runProcess(place, [
      "run",
      "--no-prompt",
      "--no-remote",
      "--node-modules-dir=manual",
      "--allow-env=WELLBEGUN_REQUIRED_DEVICES",
      `--allow-read=${place.consumer}`,
      `--allow-write=${place.out}`,
    ]),
};
