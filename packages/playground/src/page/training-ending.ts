import type { Computed, Trained } from "../protocol.ts";
import { count } from "./dom.ts";

/** How a training ended, in words. */
export function endingInWords(
  { users, items, dim, seconds, device, warnings }: Computed,
  { bestEpoch, epochs, stopped, notFiniteEpoch }: Omit<Trained, "computed">,
): string {
  const why = {
    epochs: "",
    patience: " It ended early, since it became no better.",
    asked: " It was stopped.",
    "not-finite": ` It ended early, since a loss of epoch ${notFiniteEpoch} is not finite.`,
  }[stopped];
  return `Trained ${count(users)} users and ${count(items)} items, ${dim} columns, in ${seconds.toFixed(1)} s on ${device}; epoch ${bestEpoch} of ${epochs} is kept.${why} ${warnings.join(" ")}`.trimEnd();
}
