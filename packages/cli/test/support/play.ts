import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { binary } from "./cli.ts";

/** `wellbegun play`, running. */
export interface Playing {
  readonly url: string;
  readonly files: readonly string[];
  /** Ends it as Ctrl-C does. @returns the exit status */
  stop(): Promise<number | null>;
}

/** Starts `wellbegun play` on a folder, on a free port. */
export async function play(folder: string): Promise<Playing> {
  const child: ChildProcess = spawn(process.execPath, [binary, "play", folder, "--json"]);
  let [stdout, stderr] = ["", ""];
  child.stderr!.on("data", (chunk) => {
    stderr += chunk;
  });
  const stop = async (): Promise<number | null> => {
    if (child.exitCode !== null) return child.exitCode;
    child.kill("SIGINT");
    const [status] = await once(child, "exit");
    return status;
  };
  for await (const chunk of child.stdout!) {
    stdout += chunk;
    if (stdout.endsWith("}\n")) break;
  }
  if (!stdout.endsWith("}\n")) throw new Error(`play ended: ${stdout}${stderr}`);
  const { url, files } = JSON.parse(stdout);
  return { url, files, stop };
}
