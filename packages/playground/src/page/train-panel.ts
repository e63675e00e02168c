import { fill, h } from "./dom.ts";
import { type Gate, gate } from "./gate.ts";
import {
  defaultOf,
  linkOfTrainSettings,
  modelDefaults,
  modelNames,
  numberOptions,
  starts,
  type TrainSettings,
  trainSettingsOfLink,
} from "./train-settings.ts";

/** The form of a training. Its fields have the names that the page's address has. */
export function trainPanel(
  initial: TrainSettings,
  actions: { readonly train: () => void; readonly onChange: (settings: TrainSettings) => void },
): { readonly element: HTMLElement; readonly busy: Gate["busy"]; readonly lacks: Gate["lacks"] } {
  const train = h(
    "button",
    { type: "button", id: "train", class: "primary", onclick: actions.train },
    "Train",
  );
  const { why, busy, lacks } = gate(train);
  const fields = h("div", { class: "settings" });
  const own = h("div", { class: "settings" });
  let settings = initial;

  const read = (): void => {
    const entries = [...new FormData(form)].map(([name, value]): [string, string] => [name, String(value)]);
    const model = settings.model;
    settings = trainSettingsOfLink(new URLSearchParams(entries).toString());
    if (settings.model !== model) show();
    actions.onChange(settings);
  };
  const show = (): void => {
    const given = new URLSearchParams(linkOfTrainSettings(settings));
    fill(
      fields,
      field(
        "train",
        "model",
        choices(
          "train",
          modelNames.map((name) => [name, name]),
          settings.model,
        ),
      ),
      field("train.start", "start", choices("train.start", Object.entries(starts), settings.start)),
      numberOptions.map((name) => {
        const key = `train.${name}`;
        return field(key, name, number(key, given.get(key), defaultOf(settings.model, name)));
      }),
    );
    fill(
      own,
      Object.entries(modelDefaults(settings.model)).map(([name, value]) => {
        const key = `train.${settings.model}.${name}`;
        const [set, input] = [given.get(key), typeof value];
        if (input === "number") return field(key, name, number(key, set, Number(value)));
        const others = input === "boolean" ? [String(value !== true)] : ["center+l2", "none"];
        const offered = others.filter((other) => other !== value).map((other) => [other, other] as const);
        return field(key, name, choices(key, [["", `${value} (default)`], ...offered], set ?? ""));
      }),
    );
  };
  const form = h(
    "form",
    { onchange: read, onsubmit: (event) => event.preventDefault() },
    fields,
    h("details", {}, h("summary", {}, "Options of the model"), own),
  );
  show();
  const element = h(
    "section",
    { class: "panel", "aria-labelledby": "train-title" },
    h("h2", { id: "train-title" }, "4. Train a model"),
    h(
      "p",
      { class: "note" },
      "Trained on the train rows; the validation rows choose the epoch. The map and the lists then show the trained vectors.",
    ),
    form,
    h("div", { class: "buttons" }, train),
    why,
  );
  return { element, busy, lacks };
}

function field(name: string, label: string, input: HTMLElement): HTMLElement {
  const id = `setting-${name}`;
  input.id = id;
  return h("div", { class: "field" }, h("label", { for: id }, label), input);
}

function number(name: string, value: string | null, fallback: number): HTMLElement {
  return h("input", {
    name,
    type: "number",
    step: "any",
    min: 0,
    placeholder: `${fallback}`,
    value: value ?? "",
  });
}

function choices(
  name: string,
  options: readonly (readonly [value: string, label: string])[],
  chosen: string,
): HTMLElement {
  return h(
    "select",
    { name },
    options.map(([value, label]) => h("option", { value, selected: value === chosen }, label)),
  );
}
