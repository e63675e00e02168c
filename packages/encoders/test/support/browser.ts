export { demandBrowser, launchBrowser } from "../../../../test-support/browser.ts";
