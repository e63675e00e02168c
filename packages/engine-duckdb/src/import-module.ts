import type { ImportModule } from "@wellbegun/core/backend";

/**
 * Loads one of this package's optional peers. Strict package managers resolve these only from a file of this
 * package.
 */
export const importModule: ImportModule = (name) => import(/* @vite-ignore */ /* webpackIgnore: true */ name);
