import { findInstalled, installed } from "./installed.mjs";
import { runProcess } from "./process.mjs";

/** @type {import("./runtime.d.mts").Runtime} */
export const bun = {
  name: "bun",
  lacks: [],
  find: () => findInstalled(installed.bun),
  run: (place) => runProcess(place, ["run", "--no-install"]),
};
