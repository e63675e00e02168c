import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type EncoderIdentity, encoderDifference } from "@wellbegun/core";
import { expect, it } from "vitest";
import {
  describeWithModels,
  encodeApart,
  miniLmForTransformers,
  newFolder,
  rowCosines,
  runApart,
} from "./support/models.ts";

interface Opened {
  readonly identity: EncoderIdentity;
  readonly vectors: readonly number[];
  readonly fetched: readonly string[];
  readonly code?: string;
  readonly message?: string;
}

/** MiniLM by three names: as it is, pooled by class token without normalization, and without the files of sentence-transformers. */
function hubFolder(): string {
  const hub = newFolder();
  const own = miniLmForTransformers();
  for (const name of ["a/mean", "a/cls", "a/bare", "a/max"]) {
    mkdirSync(join(hub, name), { recursive: true });
    cpSync(own, join(hub, name), { recursive: true });
  }
  const pooling = (name: string, mode: string): void =>
    writeFileSync(join(hub, name, "1_Pooling/config.json"), JSON.stringify({ pooling_mode: mode }));
  pooling("a/cls", "cls");
  pooling("a/max", "max");
  const modules = JSON.parse(readFileSync(join(hub, "a/cls/modules.json"), "utf8")) as unknown[];
  writeFileSync(join(hub, "a/cls/modules.json"), JSON.stringify(modules.slice(0, 2)));
  rmSync(join(hub, "a/bare/modules.json"));
  return hub;
}

const content = ["A stuffed toy bear for small children", "A garden hose of 20 m"];

describeWithModels("models by their names on a hub", () => {
  it("are pooled as their files say and identified by the files that were loaded, online, offline and as a folder", () => {
    const hub = hubFolder();
    const openings = [
      ["a/mean", {}],
      ["a/cls", {}],
      ["a/bare", { revision: "v1" }],
      ["a/max", {}],
      ["a/cls", { offline: true }],
      ["a/none", {}],
      ["a/bare", { revision: "v1", pooling: "cls" }],
    ];
    const request = { hub, cache: newFolder(), openings, content };
    const [mean, cls, bare, max, offline, none, chosen] = runApart<Opened[]>("hub.mjs", request);
    expect(mean!.identity.preprocessing).toMatchObject({ pooling: "mean", normalize: true, maxTokens: 256 });
    expect(cls!.identity.preprocessing).toMatchObject({ pooling: "cls", normalize: false, maxTokens: 256 });
    expect(bare!.identity.preprocessing).toMatchObject({ pooling: "mean", normalize: false, maxTokens: 512 });
    expect(bare!.fetched).toEqual(
      expect.arrayContaining(["v1 onnx/model_quantized.onnx", "v1 modules.json"]),
    );
    expect(max!.message).toContain(
      "expected pooling by mean or cls, found max (a/max, 1_Pooling/config.json)",
    );
    expect([offline!.vectors, offline!.fetched]).toEqual([cls!.vectors, []]);
    expect(none!.code).toBe("unavailable");
    expect(chosen!.vectors).toEqual(cls!.vectors);

    for (const [name, hash] of Object.entries(mean!.identity.files)) {
      expect(hash).toBe(
        createHash("sha256")
          .update(readFileSync(join(hub, "a/mean", name)))
          .digest("hex"),
      );
    }
    expect(Object.keys(mean!.identity.files)).toEqual([
      ...["config.json", "onnx/model_quantized.onnx", "tokenizer.json", "tokenizer_config.json"],
    ]);
    expect(bare!.identity.files).toEqual(mean!.identity.files);
    expect(encoderDifference(mean!.identity, cls!.identity)).toMatch(/^preprocessing/);

    const options = { modality: "text", offline: true, dtype: "q8" } as const;
    const folder = encodeApart({ place: join(hub, "a/mean"), options, content });
    expect(encoderDifference(folder.identity, mean!.identity)).toBeUndefined();
    expect(folder.vectors).toEqual(mean!.vectors);
    expect(Math.max(...rowCosines(mean!.vectors, cls!.vectors, 384))).toBeLessThan(0.99);
  });

  it("a folder that lacks the file of the precision is refused, also where the hub has a model by the folder's name", () => {
    const [hub, own] = [newFolder(), newFolder()];
    const whole = miniLmForTransformers();
    for (const place of [hub, own]) cpSync(whole, join(place, "mini"), { recursive: true });
    cpSync(join(whole, "onnx/model_quantized.onnx"), join(hub, "mini", "onnx", "model.onnx"));
    const openings = [[join(own, "mini"), { dtype: "fp32" }]];
    const [refused] = runApart<Opened[]>("hub.mjs", { hub, cache: newFolder(), openings, content });
    expect(refused).toMatchObject({ code: "unavailable", fetched: [] });
    expect(refused!.message).toContain("such as model_quantized.onnx for q8");
  });
});
