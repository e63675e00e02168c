import * as options from "@wellbegun/core/options";
import { describe, expect, it } from "vitest";
import { optionsMarkdown, optionsTable, withTable } from "../docs-options.mjs";

const names = [...Object.keys(options.methodSchema), ...Object.keys(options.runSchema)];

describe("The tables of options", () => {
  it("have one row for each option of a fit", () => {
    for (const text of [optionsMarkdown(options), optionsTable(options)]) {
      for (const name of names) expect(text, name).toMatch(new RegExp(`^\\| \`${name}\` \\|.*\\|$`, "m"));
    }
  });

  it("state values and defaults, those of presets included", () => {
    const row = optionsMarkdown(options)
      .split("\n")
      .find((line) => line.startsWith("| `normalization` | `sym`"));
    expect(row).toContain("| `sym`, `mean`; by modality | sym; figure: mean |");
  });

  it("replace the text between their marks, and nothing around it", () => {
    const text = withTable(
      "before\n<!-- options: written by npm run docs:options -->\nold\n<!-- /options -->\nafter\n",
      "| new |",
    );
    expect(text).toBe(
      "before\n<!-- options: written by npm run docs:options -->\n\n| new |\n\n<!-- /options -->\nafter\n",
    );
    expect(withTable(text, "| new |")).toBe(text);
    expect(() => withTable("no marks", "")).toThrow("marks");
  });
});
