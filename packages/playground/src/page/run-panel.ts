import type { ProgressEvent, Stage } from "@wellbegun/core";
import { fill, h } from "./dom.ts";
import { gate } from "./gate.ts";

const stages: readonly Stage[] = [
  "prepare",
  "cluster",
  "project",
  "aggregate",
  "scale",
  "export",
  "evaluate",
];

/** The button that computes, the one that cancels, and the progress of the stages. */
export function runPanel(actions: { readonly compute: () => void; readonly cancel: () => void }): {
  readonly element: HTMLElement;
  busy(what: string | undefined): void;
  /** Says why nothing can be computed; null where a dataset is open. */
  lacks(reason: string | null): void;
  progress(event: ProgressEvent): void;
  say(text: string, kind?: "error" | "fine"): void;
} {
  const compute = h(
    "button",
    { type: "button", id: "compute", class: "primary", onclick: actions.compute },
    "Compute",
  );
  const computing = gate(compute);
  const cancel = h(
    "button",
    { type: "button", id: "cancel", disabled: true, onclick: actions.cancel },
    "Cancel",
  );
  const bar = h("progress", { max: 1, value: 0, "aria-label": "progress of the stage" });
  const note = h("p", { class: "note" });
  const status = h(
    "p",
    { id: "status", role: "status", "aria-live": "polite" },
    "Take the example, or drop your files.",
  );
  const marks = new Map(stages.map((stage) => [stage, h("li", {}, stage)]));
  const element = h(
    "section",
    { class: "panel", "aria-labelledby": "run-title" },
    h("h2", { id: "run-title" }, "3. Compute"),
    h("div", { class: "buttons" }, compute, cancel),
    computing.why,
    bar,
    h("ol", { class: "stages", "aria-label": "stages" }, [...marks.values()]),
    note,
    status,
  );
  return {
    element,
    busy: (what) => {
      computing.busy(what !== undefined);
      cancel.disabled = what === undefined;
      if (what !== undefined) {
        for (const mark of marks.values()) mark.className = "";
        fill(status, what);
        status.className = "";
      }
      bar.value = 0;
      fill(note, "");
    },
    lacks: computing.lacks,
    progress: ({ stage, modality, done, total, note: text }) => {
      bar.value = total > 0 ? done / total : 0;
      const at = stages.indexOf(stage);
      for (const [name, mark] of marks) {
        const index = stages.indexOf(name);
        mark.className = index < at ? "done" : index === at ? "now" : "";
      }
      fill(note, [stage, modality, text].filter((part) => part !== undefined).join(" · "));
    },
    say: (text, kind = "fine") => {
      fill(status, text);
      status.className = kind;
      for (const mark of marks.values())
        if (kind === "fine" && mark.className === "now") mark.className = "done";
    },
  };
}
