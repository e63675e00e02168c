import { findInstalled, installed } from "./installed.mjs";
import { runProcess } from "./process.mjs";

/** @type {import("./runtime.d.mts").Runtime} */
export const node24 = {
  name: "node24",
  lacks: [],
  find: () => findInstalled(installed.node24),
  run: (place) => runProcess(place),
};
