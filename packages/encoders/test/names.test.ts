import { mkdirSync } from "node:fs";
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
