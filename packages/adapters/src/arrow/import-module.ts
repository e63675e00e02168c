import type { ImportModule } from "@wellbegun/core/backend";

/** Loads one of this package's optional peers, which only a file of this package can see everywhere. */
export const importModule: ImportModule = (name) => import(/* @vite-ignore */ /* webpackIgnore: true */ name);
