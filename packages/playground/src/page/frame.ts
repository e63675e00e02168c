import { h } from "./dom.ts";

/** The page around its panels: what one chooses on one side, what comes of it on the other. */
export function pageFrame(
  chosen: readonly HTMLElement[],
  results: readonly HTMLElement[],
): readonly HTMLElement[] {
  return [
    h(
      "header",
      {},
      h("a", { class: "brand", href: location.search.startsWith("?local") ? "#" : "../" }, "wellbegun"),
      h("h1", {}, "Playground"),
      h(
        "p",
        { class: "promise" },
        "Nothing leaves this machine: the page computes in your browser and sends nothing anywhere.",
      ),
    ),
    h("main", {}, h("div", { class: "side" }, chosen), h("div", { class: "results" }, results)),
  ];
}

/** The panel of the settings' form. */
export function settingsPanel(form: HTMLElement): HTMLElement {
  return h(
    "section",
    { class: "panel", "aria-labelledby": "settings-title" },
    h("h2", { id: "settings-title" }, "2. Settings"),
    form,
    h("p", { class: "note" }, "The page's address holds the settings: copy it to share them."),
  );
}
