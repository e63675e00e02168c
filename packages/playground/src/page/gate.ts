import { fill, h } from "./dom.ts";

/** What keeps a button disabled, and says so. */
export interface Gate {
  /** The reason in words, beside the button and as its description; hidden while there is none. */
  readonly why: HTMLElement;
  /** Whether a call runs, which the page's status tells. */
  busy(is: boolean): void;
  /** What the button's action needs and the page does not have, in words; null if it has all. */
  lacks(reason: string | null): void;
}

/** Disables a button while a call runs, and while something is lacking: at first a dataset. */
export function gate(button: HTMLButtonElement): Gate {
  const why = h("p", { id: `${button.id}-why`, class: "note" });
  let [running, lacking] = [false, true];
  const apply = (): void => {
    button.disabled = running || lacking;
  };
  const lacks = (reason: string | null): void => {
    lacking = reason !== null;
    fill(why, reason);
    why.hidden = !lacking;
    if (lacking) button.setAttribute("aria-describedby", why.id);
    else button.removeAttribute("aria-describedby");
    apply();
  };
  lacks("This needs a dataset: take the example, or drop your files.");
  return {
    why,
    busy: (is) => {
      running = is;
      apply();
    },
    lacks,
  };
}
