import type { Settings } from "./settings.ts";

/** A key for the settings that the prepared features depend on. */
export function preparationKey({ prepare, whitenPower, whitenRidge }: Settings): string {
  return prepare === "whiten" ? `${prepare} ${whitenPower} ${whitenRidge}` : prepare;
}

/** A key for the settings that the projected items depend on. */
export function spaceKey(settings: Settings): string {
  const { combine, project, dim, smooth, damping, weights } = settings;
  const joined = Object.values(weights).join(" ");
  return `${preparationKey(settings)} ${combine} ${project} ${dim} ${smooth} ${damping} ${joined}`;
}
