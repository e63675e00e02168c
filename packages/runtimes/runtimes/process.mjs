/** Runs the program as a process of its own: what Node, Deno and Bun have in common. */

import { spawn } from "node:child_process";
import process from "node:process";
import { withSoftwareGpu } from "./software-gpu.mjs";

/** Some times what a slow machine needs: what takes longer hangs, perhaps on a thread that was left running. */
export const limitMinutes = 15;

// What Mesa's and SwiftShader's loader say on machines without a desktop, and TensorFlow.js' advertisement.
const noise = /XDG_RUNTIME_DIR|^=+$|^$|running TensorFlow\.js in Node/;

/**
 * @param {import("./runtime.d.mts").Place} place
 * @param {readonly string[]} flags before the program's name
 * @returns {Promise<void>}
 */
export function runProcess({ command, consumer, group, stages, out, log }, flags = []) {
  return new Promise((resolve, reject) => {
    const child = spawn(
      command,
      [...flags, "entries/process.mjs", out, group, ...(stages === undefined ? [] : [stages])],
      {
        cwd: consumer,
        // TensorFlow's library says at length what it could do on other machines.
        env: { TF_CPP_MIN_LOG_LEVEL: "2", ...withSoftwareGpu(process.env) },
        stdio: ["ignore", "pipe", "pipe"],
        timeout: limitMinutes * 60_000,
        killSignal: "SIGKILL",
      },
    );
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
        for (const line of text.trimEnd().split("\n")) if (!noise.test(line)) log(line);
      });
    }
    child.on("error", reject);
    child.on("close", (status, signal) => {
      if (status === 0) return resolve();
      const how =
        signal === null ? `exit status ${status}` : `${signal}, after at most ${limitMinutes} minutes`;
      reject(new Error(`${command} ended with ${how}: ${output.slice(-2000)}`));
    });
  });
}
