import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { arrayVectors } from "@wellbegun/adapters/bundle";
import { writeParquet } from "@wellbegun/adapters/node";
import { IdIndex, isWellbegunError } from "@wellbegun/core";
import { describe, expect, it } from "vitest";
import { namedColumns } from "../src/shared/columns/named-columns.ts";
import { type ColumnRequest, columnDatasetOptions, openColumnDataset } from "../src/shared/columns/open.ts";
import { columnSettings } from "../src/shared/columns/options.ts";
import { temporaryFolder } from "./support/files.ts";

const request: ColumnRequest = {
  interactions: ["log/*.parquet"],
  features: {
    image: { path: "items.parquet", column: "image" },
    text: { path: "C:\\texts.parquet", column: "v" },
  },
  userColumn: "u",
  itemColumn: "i",
};

function messageOf(settings: ColumnRequest): string {
  try {
    columnDatasetOptions(settings);
  } catch (error) {
    if (isWellbegunError(error)) return `${error.code} ${error.message}`;
  }
  return "";
}

describe("Options of a dataset from files of columns", () => {
  it("name files and columns by modality, as text and as JSON", () => {
    expect(namedColumns.fromText("image=items.parquet:image, text=C:\\texts.parquet:v")).toEqual(
      request.features,
    );
    expect(namedColumns.fromJson({ image: "items.parquet:image", text: "C:\\texts.parquet:v" })).toEqual(
      request.features,
    );
    for (const text of ["", "image", "image=items.parquet", "=a:b", "image=:b", "image=a:", "a=b:c,a=b:c"]) {
      expect(namedColumns.fromText(text)).toBeUndefined();
    }
    expect(columnSettings.split.kind.fromText("time:at")).toEqual({ by: "time", column: "at" });
    expect(columnSettings.split.kind.fromText("at")).toBeUndefined();
  });

  it("become the reader's options, with dates and numbers as cuts", () => {
    const split = { by: "time", column: "at" } as const;
    const cut = (options: ColumnRequest): unknown => columnDatasetOptions({ ...request, ...options }).split;
    expect(cut({ split, testFrom: "2024-05-01" })).toEqual({ ...split, testFrom: "2024-05-01" });
    expect(cut({ split, validationFrom: "17", testFrom: "18.5" })).toEqual({
      ...split,
      validationFrom: 17,
      testFrom: 18.5,
    });
    expect(cut({ split: { by: "label", column: "s" } })).toEqual({ by: "label", column: "s" });
    expect(Object.keys(columnDatasetOptions({ ...request, modalities: ["text"] }).features)).toEqual([
      "text",
    ]);
  });

  it("are refused where one is missing or would have no effect", () => {
    for (const name of ["interactions", "features", "userColumn", "itemColumn"] as const) {
      const { [name]: _, ...others } = request;
      expect(messageOf(others)).toMatch(
        /^invalid-option .*--[a-z-]+, which a dataset from files of columns needs/,
      );
    }
    expect(messageOf({ ...request, testFrom: "2024-05-01" })).toContain("cuts without --split");
    expect(messageOf({ ...request, split: { by: "time", column: "at" } })).toContain("without cuts");
    expect(messageOf({ ...request, temp: "/tmp" })).toContain("--engine duckdb");
  });

  it("open the dataset", async () => {
    const folder = temporaryFolder();
    const table = { rows: 2, columns: 1, data: Float32Array.of(1, 2), ids: new IdIndex(["x", "y"]) };
    const items = join(folder, "items.parquet");
    await writeParquet(items, arrayVectors("items", table));
    // A table of vectors is a file of columns like any other: its IDs serve as users and its vectors are not read.
    const features = { image: { path: items, column: "vector" } };
    const settings = { interactions: [items], features, userColumn: "id", itemColumn: "item" };
    await expect(openColumnDataset(settings)).rejects.toThrow('a column "item"');
    writeFileSync(join(folder, "log.csv"), "u,i\na,x\n");
    const csv = { ...settings, interactions: [join(folder, "log.csv")], userColumn: "u", itemColumn: "i" };
    await expect(openColumnDataset(csv)).rejects.toThrow("engine-duckdb");
  });
});
