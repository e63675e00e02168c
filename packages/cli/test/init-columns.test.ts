import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeNpy } from "@wellbegun/adapters/npy";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { wellbegun, wellbegunJson } from "./support/cli.ts";
import { readNpy, temporaryFolder } from "./support/files.ts";

const users = ["ann", "bob", "cid", "dan"];
const items = ["oil", "tea", "jam", "rye", "egg", "fig"];
const pairs = users.flatMap((_, u) => [0, 1, 3].map((step): [number, number] => [u, (u + step) % 6]));
const values = Array.from({ length: 18 }, (_, i) => Math.sin(i * i));

/** The same data as a folder in MMRec's layout, and as Parquet files in another order. */
function bothLayouts(): { folder: string; log: string; catalog: string; parent: string } {
  const parent = temporaryFolder();
  const folder = join(parent, "data");
  mkdirSync(folder);
  const rows = pairs.map(([user, item]) => `${user}\t${item}\t0`);
  writeFileSync(join(folder, "data.inter"), ["userID\titemID\tx_label", ...rows, ""].join("\n"));
  writeFileSync(join(folder, "image_feat.npy"), encodeNpy(Float32Array.from(values), [6, 3]));
  const log = join(parent, "log-1.parquet");
  const shuffled = pairs.toReversed();
  const text = (name: string, data: string[]) => ({ name, data, type: "STRING" as const });
  const logColumns = [
    text(
      "who",
      shuffled.map(([user]) => users[user]!),
    ),
    text(
      "what",
      shuffled.map(([, item]) => items[item]!),
    ),
  ];
  writeFileSync(log, new Uint8Array(parquetWriteBuffer({ columnData: logColumns })));
  const catalog = join(parent, "items.parquet");
  const order = [4, 2, 0, 5, 1, 3];
  const catalogColumns = [
    text(
      "what",
      order.map((item) => items[item]!),
    ),
    { name: "image", data: order.map((item) => values.slice(item * 3, item * 3 + 3)) },
  ];
  writeFileSync(catalog, new Uint8Array(parquetWriteBuffer({ columnData: catalogColumns })));
  return { folder, log, catalog, parent };
}

describe("init from files of columns", () => {
  it("gives each ID the vector that it has from a folder in MMRec's layout", async () => {
    const { folder, catalog, parent } = bothLayouts();
    const method = ["--lambda", "0.5", "--clusters", "2", "--dim", "2", "--backend", "cpu"];
    const [byRow, byId] = [join(parent, "a"), join(parent, "b")];
    await wellbegunJson(["init", folder, "--out", byRow, ...method]);
    const names = ["--user-column", "who", "--item-column", "what", "--features", `image=${catalog}:image`];
    const log = join(parent, "log-*.parquet");
    const result = await wellbegunJson(["init", "--interactions", log, ...names, "--out", byId, ...method]);
    expect(result.report.input).toMatchObject({ users: 4, items: 6, interactions: 12 });
    for (const [side, known] of [
      ["users", users],
      ["items", items],
    ] as const) {
      const ids = readFileSync(join(byId, side === "users" ? "user_ids.txt" : "item_ids.txt"), "utf8")
        .trimEnd()
        .split("\n");
      expect([...ids].sort()).toEqual([...known].sort());
      const expected = readNpy(join(byRow, `${side}.npy`)).data;
      const found = readNpy(join(byId, `${side}.npy`)).data;
      for (const [row, id] of ids.entries()) {
        const other = known.indexOf(id);
        for (const column of [0, 1])
          expect(found[row * 2 + column]).toBeCloseTo(expected[other * 2 + column]!, 5);
      }
    }
  });

  it("is refused without a folder and a log, with a folder of features without IDs, and with options of the other layout", async () => {
    const { folder, log, catalog, parent } = bothLayouts();
    const columns = ["--interactions", log, "--user-column", "who", "--item-column", "what"];
    const features = ["--features", `image=${catalog}:image`];
    const out = ["--out", join(parent, "out")];
    for (const [args, message] of [
      [["init", ...out], "neither"],
      [["init", folder, ...columns, ...out], "item_ids.txt"],
      [["init", ...columns, ...features, "--ids", "raw", ...out], "no --ids with --interactions"],
      [["init", folder, "--min-user", "5", ...out], "no --min-user without --interactions"],
      [["init", ...columns, ...features, "--out", parent, "--force", parent], "input"],
    ] as const) {
      const { status, stderr } = await wellbegun(args);
      expect(status, args.join(" ")).not.toBe(0);
      expect(stderr).toContain(message);
    }
  });
});
