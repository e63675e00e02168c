import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { wellbegun, wellbegunJson } from "./support/cli.ts";
import { example } from "./support/example.ts";
import { readNpy } from "./support/files.ts";

describe("init --control permuted", () => {
  it.each([[[]], [["--memory", "1MB"]]])(
    "writes the rows of users and items in another order, together (%j)",
    async (more) => {
      const { folder, dataset } = example();
      const [right, control] = [join(folder, "right"), join(folder, "control")];
      const args = ["--clusters", "3", ...more];
      await wellbegunJson(["init", dataset, "--out", right, ...args]);
      const result = await wellbegunJson([
        "init",
        dataset,
        "--out",
        control,
        "--control",
        "permuted",
        ...args,
      ]);
      expect(result.control).toBe("permuted");
      const rowsOf = (folder: string, name: string): string[] => {
        const { shape, data } = readNpy(join(folder, `${name}.npy`));
        const columns = shape[1] ?? 1;
        return Array.from({ length: shape[0]! }, (_, r) => data.slice(r * columns, (r + 1) * columns).join());
      };
      const order = (name: string): number[] => {
        const before = rowsOf(right, name);
        return rowsOf(control, name).map((row) => before.indexOf(row));
      };
      for (const name of ["users", "items"]) {
        expect(rowsOf(control, name).sort()).toEqual(rowsOf(right, name).sort());
        expect(order(name).filter((from, to) => from === to).length).toBeLessThan(8);
      }
      expect(order("users.image")).toEqual(order("users"));
      const labels = rowsOf(right, "labels.text");
      expect(rowsOf(control, "labels.text")).toEqual(order("items").map((from) => labels[from]));
      expect(rowsOf(control, "centroids.text")).toEqual(rowsOf(right, "centroids.text"));
      const manifest = (folder: string) => JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
      expect([manifest(right).control, manifest(control).control]).toEqual([undefined, "permuted"]);
      expect([
        existsSync(join(right, "initializer.bin")),
        existsSync(join(control, "initializer.bin")),
      ]).toEqual([true, false]);
      expect((await wellbegun(["inspect", control])).status).toBe(0);
      const { stdout } = await wellbegun([
        "init",
        dataset,
        "--out",
        control,
        "--control",
        "permuted",
        ...args,
      ]);
      expect(stdout).toContain("control: its rows are permuted");
    },
  );
});
