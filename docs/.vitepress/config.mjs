import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import { extend, fragmentOf } from "./markdown.mjs";
import { sidebar } from "./navigation.mjs";
import { excluded, pageOf } from "./pages.mjs";

/** @param {string} path */
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Pages lie outside of this folder, whose packages render them. */
const vueForPages = {
  name: "vue-for-pages",
  enforce: "pre",
  resolveId(id, importer, { ssr }) {
    if (id !== "vue" && id !== "vue/server-renderer") return undefined;
    // What renders the pages to files is written into this folder, and finds the packages by itself.
    if (ssr === true) return { id, external: true };
    if (importer === undefined || importer.includes("/node_modules/")) return undefined;
    return this.resolve(id, here("../package.json"), { skipSelf: true });
  },
};

export default defineConfig({
  title: "wellbegun",
  description: "Starting vectors for the users and items of multimodal recommenders, without training.",
  lang: "en-US",
  // Every page is a file of its own: any server of plain files serves the site, below any path.
  base: process.env.WELLBEGUN_SITE_BASE ?? "/",
  srcDir: "..",
  srcExclude: excluded,
  rewrites: (file) => pageOf(file),
  outDir: here("dist"),
  cacheDir: here("cache"),
  // tools/check-links.mjs checks the links of the built pages, with their fragments.
  ignoreDeadLinks: true,
  lastUpdated: false,
  // Code with enough contrast for everyone.
  markdown: {
    config: extend,
    anchor: { slugify: fragmentOf },
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
  },
  head: [["link", { rel: "icon", href: "data:," }]],
  vite: {
    publicDir: here("../public"),
    plugins: [vueForPages],
    build: { chunkSizeWarningLimit: 2000 },
    server: { fs: { allow: [here("../..")] } },
  },
  themeConfig: {
    nav: [
      { text: "Get started", link: "/start.html" },
      { text: "Playground", link: "/playground.html" },
      { text: "Guides", link: "/guides/" },
      { text: "API", link: "/reference/api/" },
      { text: "Evidence", link: "/reference/benchmarks.html" },
    ],
    sidebar: sidebar(),
    search: { provider: "local" },
    outline: { level: [2, 3] },
    footer: { message: "Apache-2.0. Nothing on this site loads from another server." },
  },
});
