/**
 * The program with the backends' optional peers, which are no dependencies of the repository: WELLBEGUN_PEERS names the
 * folders that have them. What is absent is left out with a line that says why; where CI is set, its absence fails.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { TestContext } from "vitest";
import { type Finished, type RunOptions, wellbegun } from "./cli.ts";

const hook = new URL("../../../../tools/peers.mjs", import.meta.url).href;
const softwareGpu = "/usr/lib/chromium/vk_swiftshader_icd.json";

/** Runs the program so that it finds the peers, and the software GPU of Debian's chromium unless another was chosen. */
export function wellbegunWithPeers(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const driver =
    process.env.VK_ICD_FILENAMES === undefined && existsSync(softwareGpu)
      ? { VK_ICD_FILENAMES: softwareGpu, LD_LIBRARY_PATH: "/usr/lib/chromium" }
      : {};
  const env = { ...driver, ...options.env, NODE_OPTIONS: `--import ${hook}` };
  return wellbegun(args, { ...options, env });
}

/** As {@link wellbegunWithPeers} with `--json`; what native libraries print on standard error is passed over. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into the object wherever they like.
export async function jsonWithPeers(args: readonly string[], options: RunOptions = {}): Promise<any> {
  const { status, stdout, stderr } = await wellbegunWithPeers([...args, "--json"], options);
  if (status !== 0) throw new Error(`status ${status}: ${stdout}${stderr}`);
  return JSON.parse(stdout);
}

// biome-ignore lint/suspicious/noExplicitAny: as above.
let statuses: Promise<any[]> | undefined;

/** Ends the test where a backend does not start here: as left out, or, where CI is set, as failed. */
export async function demandBackend(name: string, context: TestContext): Promise<void> {
  statuses ??= jsonWithPeers(["doctor"]).then(({ backends }) => backends);
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  const { available, reason, hint } = (await statuses).find((one: any) => one.name === name);
  if (available) return;
  const text = `${name}: ${reason} ${hint}`;
  if (process.env.CI !== undefined) throw new Error(`with CI set it must be there. ${text}`);
  console.warn(`Left out: ${text}. WELLBEGUN_PEERS names folders with the packages.`);
  context.skip(text);
}

/** TikTok, if it is there. */
export const tiktok: string | undefined = [
  process.env.WELLBEGUN_TIKTOK,
  fileURLToPath(new URL("../../../../../shared/data/tiktok", import.meta.url)),
].find((folder) => folder !== undefined && existsSync(`${folder}/tiktok.inter`));
