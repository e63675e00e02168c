/** The settings of a run: a form made from core's option schema, and a link that holds what was changed. */

import { allowedValues, allows, defaultInWords, methodSchema } from "@wellbegun/core/options";
import type { BackendName, RunSettings } from "../protocol.ts";
import { h } from "./dom.ts";

/** The options that the page offers, in order. */
const offered = [
  "preset",
  "lambda",
  "clusters",
  "normalization",
  "prepare",
  "whitenPower",
  "project",
  "dim",
  "smooth",
  "damping",
  "scale",
  "seed",
] as const satisfies readonly (keyof RunSettings)[];

const backends: readonly BackendName[] = ["wasm", "webgpu", "cpu"];

/** What a run is asked for. */
export interface Settings {
  readonly run: RunSettings;
  readonly backend: BackendName;
}

/** The settings of a link's fragment; values that the schema does not allow are left out. */
export function settingsOfLink(fragment: string): Settings {
  const given = new URLSearchParams(fragment.replace(/^#/, ""));
  const run: Record<string, string | number> = {};
  for (const name of offered) {
    const text = given.get(name);
    if (text === null || text === "") continue;
    const row = methodSchema[name];
    const value = row.kind === "number" ? Number(text) : text;
    if (allows(row, value)) run[name] = value;
  }
  const backend = backends.find((name) => name === given.get("backend")) ?? "wasm";
  // Every entry has passed the schema's own check of its option.
  return { run: run as RunSettings, backend };
}

/** The fragment that {@link settingsOfLink} reads; empty for the defaults. */
export function linkOfSettings({ run, backend }: Settings): string {
  const entries = Object.entries(run).map(([name, value]): [string, string] => [name, String(value)]);
  if (backend !== "wasm") entries.push(["backend", backend]);
  return entries.length === 0 ? "" : `#${new URLSearchParams(entries)}`;
}

/** In words, for tables: "lambda 0.5, clusters 16", or "defaults". */
export function describeSettings({ run, backend }: Settings): string {
  const parts = Object.entries(run).map(([name, value]) => `${name} ${value}`);
  if (backend !== "wasm") parts.push(backend);
  return parts.length === 0 ? "defaults" : parts.join(", ");
}

/** The form. A field that is left empty takes its default. */
export function settingsForm(initial: Settings, onChange: (settings: Settings) => void): HTMLElement {
  const read = (): void => {
    const entries = [...new FormData(form)].map(([name, value]): [string, string] => [name, String(value)]);
    onChange(settingsOfLink(new URLSearchParams(entries).toString()));
  };
  const fields = offered.map((name) => {
    const row = methodSchema[name];
    const value = initial.run[name];
    const id = `setting-${name}`;
    const input =
      row.kind === "choice"
        ? h(
            "select",
            { id, name },
            h("option", { value: "" }, row.default === "default" ? "default" : `${row.default} (default)`),
            row.choices
              .filter((choice) => choice !== row.default)
              .map((choice) => h("option", { value: choice, selected: choice === value }, choice)),
          )
        : h("input", {
            id,
            name,
            type: "number",
            step: "whole" in row ? 1 : "any",
            min: "min" in row ? row.min : undefined,
            max: "max" in row ? row.max : undefined,
            placeholder: `${row.default}`,
            value: value === undefined ? "" : String(value),
            title: `${allowedValues(row)}; default: ${defaultInWords(row)}`,
          });
    return h("div", { class: "field" }, h("label", { for: id, title: row.help }, name), input);
  });
  const device = h(
    "div",
    { class: "field" },
    h("label", { for: "setting-backend" }, "backend"),
    h(
      "select",
      { id: "setting-backend", name: "backend" },
      backends
        .filter((name) => name !== "webgpu" || "gpu" in navigator)
        .map((name) => h("option", { value: name, selected: name === initial.backend }, name)),
    ),
  );
  const form = h(
    "form",
    { class: "settings", onchange: read, onsubmit: (event) => event.preventDefault() },
    fields,
    device,
  );
  return form;
}
