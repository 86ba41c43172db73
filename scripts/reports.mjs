// Results of the test runners' reports: how many passed and failed, and which.
import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { root } from "./setup.mjs";

/** Counts of a report of Vitest's `json` reporter, and `FILE > TEST` for each that failed. */
export function vitestReport(path) {
  const {
    numPassedTests = 0,
    numFailedTests = 0,
    numPendingTests = 0,
    numTodoTests = 0,
    testResults = [],
  } = read(path);
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === "failed");
    const file = relative(root, name);
    if (failed.length === 0 && status === "failed") return [`${file}: ${firstLine(message)}`];
    return failed.map((test) => `${file} > ${test.fullName}: ${firstLine(test.failureMessages[0])}`);
  });
  return {
    passed: numPassedTests,
    failed: numFailedTests,
    skipped: numPendingTests + numTodoTests,
    failures,
  };
}

/** The same of a report of Playwright's `json` reporter. */
export function playwrightReport(path) {
  const { stats: { expected = 0, flaky = 0, unexpected = 0, skipped = 0 } = {}, suites = [] } = read(path);
  const failures = specsIn(suites)
    .filter((spec) => !spec.ok)
    .map((spec) => `e2e/${spec.file}:${spec.line} > ${spec.title}: ${firstLine(errorOf(spec))}`);
  return { passed: expected + flaky, failed: unexpected, skipped, failures };
}

function specsIn(suites) {
  return suites.flatMap(({ specs = [], suites: inner = [] }) => [...specs, ...specsIn(inner)]);
}

function errorOf({ tests }) {
  return tests.flatMap(({ results }) => results).find(({ error }) => error)?.error.message;
}

function firstLine(text = "") {
  return text.trimStart().split("\n", 1)[0];
}

function read(report) {
  return existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : {};
}
