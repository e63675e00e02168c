import { type OverlapRule, overlapRules } from "@wellbegun/evaluation";
import { choice, type Kind } from "./kinds.ts";

/** What happens to held-out rows that users have seen: an option of the commands that judge by them. */
export const overlapSetting: { readonly kind: Kind<OverlapRule>; readonly description: string } = {
  kind: choice(overlapRules),
  description: "held-out rows that are train rows too: leave-out (of all figures) or refuse (leave-out)",
};
