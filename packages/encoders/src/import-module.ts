import type { ImportModule } from "@wellbegun/core/backend";

/**
 * Loads one of this package's optional peers. The `import()` must be in this package, since under pnpm no other
 * package sees the peers.
 */
export const importModule: ImportModule = (name) => import(/* @vite-ignore */ /* webpackIgnore: true */ name);
