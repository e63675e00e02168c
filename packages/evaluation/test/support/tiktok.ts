import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const beside = fileURLToPath(new URL("../../../../../shared/data/tiktok", import.meta.url));

/** Where the TikTok dataset lies, in MMRec's layout; undefined if it is not there, which a line says. */
export const tiktok: string | undefined = find(process.env.WELLBEGUN_TIKTOK ?? beside);

function find(folder: string): string | undefined {
  if (existsSync(join(folder, "tiktok.inter"))) return folder;
  console.log(
    `The TikTok dataset is not at ${folder}: its tests are skipped. WELLBEGUN_TIKTOK names another place.`,
  );
  return undefined;
}
