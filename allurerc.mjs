// How the site is made of the results. `sessionproof report` says where and about what, by the environment;
// by hand:  npx allure generate --config allurerc.mjs allure-results
import { defineConfig } from "allure";

const about = JSON.parse(process.env.SESSIONPROOF_REPORT ?? "{}");

export default defineConfig({
  name: about.name ?? "Session platform certification",
  output: about.output ?? "./allure-report",
  historyPath: about.history ?? "./.sessionproof/history.jsonl",
  historyLimit: 30,
  hideLabels: ["framework", "language", "host", "thread", "requirement"],
  variables: about.variables ?? {},
  categories: [
    { name: "The product broke a promise", matchers: { statuses: ["failed"] } },
    { name: "Not run: nothing was learnt about the product", matchers: { statuses: ["broken", "unknown"] } },
    { name: "Left out, with the reason", matchers: { statuses: ["skipped"] } },
  ],
  plugins: {
    awesome: {
      options: {
        reportName: about.name ?? "Session platform certification",
        reportLanguage: "en",
        // One file opens from a mail or a folder; pages over several need a web server.
        singleFile: true,
        groupBy: ["epic", "feature", "story"],
        charts: [
          { type: "currentStatus", title: "Verdicts of this run" },
          { type: "testResultSeverities", title: "Verdicts by importance" },
          { type: "statusDynamics", title: "Verdicts from run to run", limit: 30 },
          { type: "durations", title: "How long the stories took" },
        ],
      },
    },
  },
});
