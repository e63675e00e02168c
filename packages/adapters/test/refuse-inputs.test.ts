import { linkSync, mkdirSync, mkdtempSync, symlinkSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { readBundle, refuseInputs, writeFolder, writeTables } from "../src/node/index.ts";
import { expectFailure, snapshot, temporaryFolder, writeFiles } from "./helpers.ts";

const root = temporaryFolder();
const table = { name: "users", rows: 2, columns: 1, data: Float32Array.of(1, 2) };

/** A folder `data` with two files, in a folder of its own. */
function dataset(): string {
  const folder = join(mkdtempSync(join(root, "case-")), "data");
  mkdirSync(folder);
  writeFiles(folder, { "data.inter": "rows", "image_feat.npy": "features" });
  return folder;
}

describe("An output folder that is or holds an input", () => {
  it("is refused by writeTables and writeFolder, however it is named and whatever overwrite says", async () => {
    const input = dataset();
    const link = join(dirname(input), "link");
    symlinkSync("data", link);
    const before = snapshot(input);
    const outputs = [input, `${input}/`, join(link, "..", "data"), dirname(input), join(link, "..")];
    for (const out of outputs) {
      for (const named of [input, link, join(input, "data.inter")]) {
        for (const overwrite of [undefined, true, out]) {
          const options = { overwrite, inputs: [named] };
          await expectFailure(
            () => writeTables(out, { ...options, tables: [table] }),
            "invalid-option",
            "input",
          );
          const fill = (folder: string): Promise<void> => writeFile(join(folder, "a"), "new");
          await expectFailure(() => writeFolder(out, options, fill), "invalid-option", "input");
        }
      }
    }
    expect(snapshot(input)).toEqual(before);
  });

  it("is refused where a file of the input folder is a link into the output", async () => {
    const input = dataset();
    const store = join(dirname(input), "store");
    mkdirSync(store);
    writeFiles(store, { "audio.npy": "features" });
    symlinkSync("../store/audio.npy", join(input, "audio_feat.npy"));
    const options = { overwrite: store, inputs: [input], tables: [table] };
    await expectFailure(() => writeTables(store, options), "invalid-option", "audio_feat.npy");
    expect(snapshot(store)).toEqual({ "audio.npy": "features" });
  });

  it("is not one that lies beside or inside the input, or that does not exist", async () => {
    const input = dataset();
    for (const out of [join(input, "out"), `${input}-out`, join(dirname(input), "deep/out")]) {
      await writeTables(out, { tables: [table], inputs: [input] });
      await writeTables(out, { tables: [table], inputs: [input] });
      expect((await readBundle(out)).userCount).toBe(2);
    }
  });
});

describe("An output file that is an input", () => {
  it("is found through symbolic and hard links", async () => {
    const input = dataset();
    const file = join(input, "data.inter");
    linkSync(file, join(dirname(input), "hard"));
    symlinkSync(file, join(dirname(input), "soft"));
    const names = [file, join(dirname(input), "hard"), join(dirname(input), "soft")];
    for (const out of names) {
      const refusal = (): Promise<void> => refuseInputs(out, [input], { doing: "writing a report" });
      await expectFailure(refusal, "invalid-option", "Writing a report", "data.inter");
      await refuseInputs(out, [input], { doing: "writing a report", entries: false });
    }
    await refuseInputs(join(input, "report.html"), [input], { doing: "writing a report" });
  });
});
