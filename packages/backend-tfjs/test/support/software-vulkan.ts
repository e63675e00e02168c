import { existsSync } from "node:fs";

const folder = "/usr/lib/chromium";

/**
 * Lets Dawn find SwiftShader, the software GPU that Debian's package chromium brings, unless the caller has chosen a
 * driver with VK_ICD_FILENAMES. Must run before the process that loads Dawn starts: libraries are looked for in what
 * LD_LIBRARY_PATH was then.
 */
export function chooseSwiftShader(): void {
  const driver = `${folder}/vk_swiftshader_icd.json`;
  if (process.env.VK_ICD_FILENAMES === undefined && existsSync(driver)) process.env.VK_ICD_FILENAMES = driver;
  if (process.env.VK_ICD_FILENAMES !== driver) return;
  const others = process.env.LD_LIBRARY_PATH;
  process.env.LD_LIBRARY_PATH = others === undefined ? folder : `${folder}:${others}`;
}
