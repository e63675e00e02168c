/**
 * Lets Vulkan find SwiftShader, the software GPU that Debian's package chromium brings, unless VK_ICD_FILENAMES names
 * another driver.
 */

import { existsSync } from "node:fs";

const folder = "/usr/lib/chromium";
const driver = `${folder}/vk_swiftshader_icd.json`;

/**
 * The environment for a process that computes on it.
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {Record<string, string | undefined>}
 */
export function withSoftwareGpu(env) {
  const chosen = env.VK_ICD_FILENAMES ?? (existsSync(driver) ? driver : undefined);
  if (chosen !== driver) return { ...env };
  // The Vulkan loader lies beside the driver.
  const paths = [folder, env.LD_LIBRARY_PATH].filter((path) => path !== undefined);
  return { ...env, VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: paths.join(":") };
}
