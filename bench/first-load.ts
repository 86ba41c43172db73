// The cost of a page view: JavaScript, requests to the API, and activity while the page is idle.
import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import type { Browser } from "@playwright/test";
import { createClient } from "../src/client/client.ts";
import { flowRuns } from "../src/schema/flow-runs.ts";
import { launchBrowser, report, startServer } from "./harness.ts";

const idleSeconds = 15;

const server = await startServer();
const env = { ...process.env, PRAETOR_API_URL: `${server.url}/api`, PRAETOR_HOME: server.home };
await promisify(execFile)(process.execPath, [`${import.meta.dirname}/../e2e/flows/greet.ts`], { env });
const [run] = await createClient({ baseUrl: `${server.url}/api` }).call(flowRuns.filter, {});

async function view(browser: Browser, path: string) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const scripts: { name: string; gzip: number }[] = [];
  const requests: string[] = [];
  let isIdle = false;
  let idle = 0;
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (isIdle) idle += 1;
    else if (pathname.startsWith("/api/") || pathname === "/ui-settings")
      requests.push(`${request.method()} ${pathname}`);
  });
  page.on("response", async (response) => {
    const name = new URL(response.url()).pathname;
    if (name.endsWith(".js")) scripts.push({ name, gzip: gzipSync(await response.body()).length });
  });
  await page.goto(`${server.url}${path}`, { waitUntil: "load" });
  await page.waitForLoadState("networkidle");
  await sleep(3000);
  isIdle = true;
  await sleep(idleSeconds * 1000);
  await page.close();
  const kilobytes = (bytes: number) => Math.round(bytes / 100) / 10;
  // The lazy chunks of graph and charts, and those that only these two share.
  const chunk = /graph|chart|editor|worker|timeline|d3-|use-canvas|layers-/i;
  const first = scripts.filter((script) => !chunk.test(script.name));
  return {
    path: path.replace(/[0-9a-f-]{36}/, ":id"),
    javascriptKb: kilobytes(first.reduce((sum, script) => sum + script.gzip, 0)),
    laterChunksKb: kilobytes(
      scripts.filter((script) => chunk.test(script.name)).reduce((sum, script) => sum + script.gzip, 0),
    ),
    apiRequests: requests.length,
    requests,
    idleRequests: idle,
  };
}

const browser = await launchBrowser();
const paths = ["/", "/runs", `/runs/${run?.id}`, "/errors", "/logs", "/flows", `/flows/${run?.flow_id}`];
paths.push("/deployments", "/schedules", "/artifacts", "/capacity", "/work-pools", "/events", "/automations");
paths.push("/variables", "/blocks", "/settings");
const pages = [];
// Bytes and requests do not depend on what else the machine does; the idle time would add up.
for (let at = 0; at < paths.length; at += 4)
  pages.push(...(await Promise.all(paths.slice(at, at + 4).map((path) => view(browser, path)))));
report("first-load", { idleSeconds, pages }, { javascriptKb: 200, apiRequests: 6, idleRequests: 0 });
await browser.close();
await server.stop();
