import { defineConfig, type UserConfig } from "vite";

const config: UserConfig = defineConfig({
  // The page is served below any path: by the site, and by `wellbegun play`.
  base: "./",
  logLevel: "warn",
  build: { target: "es2022", chunkSizeWarningLimit: 2000 },
  worker: { format: "es" },
});

export default config;
