import type { Computed, DownloadName, Evaluation } from "../protocol.ts";
import { count, fill, h } from "./dom.ts";

/** One run in the comparison. */
interface Run {
  readonly settings: string;
  readonly seconds: number;
  evaluation?: Evaluation;
}

/** The evaluation beside its controls, every run side by side, and the downloads. */
export function resultsPanel(actions: {
  readonly evaluate: () => void;
  readonly download: (what: DownloadName) => void;
}): {
  readonly element: HTMLElement;
  /** Takes a result. @returns its number among the runs; undefined for a bundle, which was not computed here */
  add(settings: string, computed: Computed): number | undefined;
  judge(evaluation: Evaluation): void;
  /** Whether the worker holds the vectors, which an evaluation and most downloads need. */
  held(is: boolean): void;
} {
  const judge = h("button", { type: "button", id: "evaluate", onclick: actions.evaluate }, "Evaluate");
  const details = h("div", { id: "evaluation" });
  const comparison = h("div", {
    class: "scroll",
    tabindex: 0,
    role: "region",
    "aria-label": "runs side by side",
  });
  const button = (what: DownloadName, text: string): HTMLButtonElement =>
    h("button", { type: "button", id: `download-${what}`, onclick: () => actions.download(what) }, text);
  const ofWorker = [
    judge,
    button("bundle", "Bundle (.zip)"),
    button("parquet", "Tables (.parquet)"),
    button("onnx", "Initializer (.onnx)"),
  ];
  const element = h(
    "section",
    { class: "panel", "aria-labelledby": "results-title", hidden: true },
    h("h2", { id: "results-title" }, "What the vectors are worth"),
    h(
      "p",
      {},
      "How many held-out interactions are among the first 20 items. Only what exceeds the permuted control is worth anything.",
    ),
    h("div", { class: "buttons" }, judge),
    details,
    h("h3", {}, "Runs side by side"),
    comparison,
    h("h3", {}, "Take it with you"),
    h("div", { class: "buttons" }, ofWorker.slice(1), button("map", "Map (.csv)")),
    h(
      "p",
      { class: "note" },
      "The bundle is the folder that ",
      h("code", {}, "wellbegun init"),
      " writes, or ",
      h("code", {}, "wellbegun train"),
      " for a trained model. The map opens in Embedding Atlas: ",
      h("code", {}, "embedding-atlas map.csv --x x --y y"),
      ".",
    ),
  );
  const runs: Run[] = [];

  const compare = (): void => {
    const recall = (run: Run, name: string): string => {
      const row = run.evaluation?.rows.find((one) => one.name === name);
      return row === undefined ? "–" : row.recall.toFixed(4);
    };
    fill(
      comparison,
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ["run", "settings", "seconds", "Recall@20", "permuted", "popularity"].map((text) =>
              h("th", { scope: "col" }, text),
            ),
          ),
        ),
        h(
          "tbody",
          {},
          runs.map((run, index) =>
            h(
              "tr",
              {},
              [
                String(index + 1),
                run.settings,
                run.seconds.toFixed(2),
                recall(run, "vectors"),
                recall(run, "permuted control"),
                recall(run, "popularity"),
              ].map((text) => h("td", {}, text)),
            ),
          ),
        ),
      ),
    );
  };

  return {
    element,
    add: (settings, computed) => {
      element.hidden = false;
      judge.hidden = computed.itemDegrees.length === 0;
      const isRun = computed.seconds > 0;
      if (isRun) runs.push({ settings, seconds: computed.seconds });
      fill(details);
      compare();
      return isRun ? runs.length : undefined;
    },
    judge: (evaluation) => {
      const last = runs.at(-1);
      if (last !== undefined) last.evaluation = evaluation;
      const most = Math.max(...evaluation.rows.map(({ recall, interval }) => interval?.[1] ?? recall), 1e-9);
      fill(
        details,
        h(
          "p",
          { class: "note" },
          `Recall@${evaluation.k} on ${count(evaluation.interactions)} ${evaluation.split} interactions of ${count(evaluation.users)} users; intervals of 95 % over users.`,
        ),
        h(
          "table",
          { class: "bars" },
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              ["", "Recall@20", "", "interval"].map((text) => h("th", { scope: "col" }, text)),
            ),
          ),
          h(
            "tbody",
            {},
            evaluation.rows.map(({ name, recall, interval }) =>
              h(
                "tr",
                { "data-name": name },
                h("th", { scope: "row" }, name),
                h("td", {}, recall.toFixed(4)),
                h(
                  "td",
                  { class: "barcell" },
                  h("span", {
                    class: name === "vectors" ? "bar own" : "bar",
                    style: `width:${(recall / most) * 100}%`,
                  }),
                ),
                h(
                  "td",
                  {},
                  interval === null ? "" : `${interval[0].toFixed(4)} to ${interval[1].toFixed(4)}`,
                ),
              ),
            ),
          ),
        ),
      );
      compare();
    },
    held: (is) => {
      for (const one of ofWorker) one.disabled = !is;
    },
  };
}
