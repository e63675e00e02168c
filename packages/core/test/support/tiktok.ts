import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const beside = fileURLToPath(new URL("../../../../../shared/data/tiktok", import.meta.url));

/** Folder of the TikTok dataset (MMRec's layout): WELLBEGUN_TIKTOK, or ../shared/data/tiktok beside the repository. */
export const tiktokFolder: string = process.env.WELLBEGUN_TIKTOK ?? beside;

/** Why tests on TikTok are skipped here; undefined when the data are there. */
export const tiktokAbsent: string | undefined = existsSync(`${tiktokFolder}/image_feat.npy`)
  ? undefined
  : `the TikTok dataset is not in ${tiktokFolder}: put MMRec's tiktok folder there, or name it in WELLBEGUN_TIKTOK`;
