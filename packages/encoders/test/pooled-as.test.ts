import { expect, it } from "vitest";
import { pooledAs } from "../src/transformers/sentence-transformers.ts";

const filesOf = (path: string, asked: string[]) => ({
  readJson: async (name: string) => {
    asked.push(name);
    if (name === "modules.json") return [{ type: "sentence_transformers.models.Pooling", path }];
    return name.endsWith("/config.json") ? { pooling_mode_cls_token: true } : undefined;
  },
});

it("The pooling of a model is read from a folder of the model alone", async () => {
  const asked: string[] = [];
  await expect(pooledAs(filesOf("1_Pooling", asked), "a/b")).resolves.toMatchObject({ pooling: "cls" });
  expect(asked).toContain("1_Pooling/config.json");
  for (const path of ["../../outside", "..", "/etc", "a/b", "C:\\x", ""]) {
    const others: string[] = [];
    await expect(pooledAs(filesOf(path, others), "a/b")).rejects.toMatchObject({
      code: "format",
      message: expect.stringContaining("a/b, modules.json"),
    });
    expect(others.filter((name) => name.endsWith("/config.json"))).toEqual([]);
  }
});
