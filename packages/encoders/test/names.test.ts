import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openEncoder } from "../src/node/index.ts";
import { newFolder } from "./support/models.ts";

it.each(["MiniLM", "./MiniLM", "/nowhere/MiniLM", "models/text/MiniLM", "~/MiniLM"])(
  "The place %s without a folder there is refused before anything is fetched, with the form of a hub's name.",
  async (place) => {
    await expect(openEncoder(place, { modality: "text" })).rejects.toMatchObject({
      code: "io",
      message: expect.stringContaining(
        "A name without a slash is a folder here. The name of a model on the hub has one",
      ),
    });
  },
);

it("A folder without a model says which files it lacks.", async () => {
  const folder = join(newFolder(), "MiniLM");
  mkdirSync(folder);
  await expect(openEncoder(folder, { modality: "text" })).rejects.toMatchObject({
    code: "format",
    message: expect.stringContaining("encoder.json, or config.json and onnx/"),
  });
});

it.each(["dtype", "pooling"])("%s is refused for a declared model.", async (option) => {
  const folder = newFolder();
  writeFileSync(join(folder, "encoder.json"), JSON.stringify({ name: "x", modality: "text" }));
  const options = { modality: "text", [option]: option === "dtype" ? "q8" : "cls" } as const;
  await expect(openEncoder(folder, options)).rejects.toMatchObject({
    code: "invalid-option",
    message: expect.stringContaining(`expected no ${option}`),
  });
});
