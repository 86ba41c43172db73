import { type Browser, type BrowserContext, test as base, expect, type Page } from "@playwright/test";
import { type Praetor, startPraetor } from "./praetor.ts";

interface TestFixtures {
  /** Errors that the console may show in this test. */
  allowed: RegExp | undefined;
  /** A server without runs, for this test alone. */
  lone: Praetor;
  /** A page in a fresh browser: no cookies, no storage, no cache. */
  stranger: (browser: Browser) => Promise<Page>;
  endFlows: undefined;
  quiet: (context: BrowserContext) => void;
}

export const test = base.extend<TestFixtures, { praetor: Praetor }>({
  praetor: [
    // Playwright requires the first argument to be destructured.
    async ({}, use) => {
      const praetor = await startPraetor();
      await use(praetor);
      await praetor.close();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  lone: async ({ browser }, use) => {
    const praetor = await startPraetor();
    await use(praetor);
    // An open page would log errors once its server is stopped.
    for (const page of browser.contexts().flatMap((context) => context.pages())) await page.close();
    await praetor.close();
  },
  endFlows: [
    async ({ praetor }, use) => {
      await use(undefined);
      await praetor.endFlows();
    },
    { auto: true },
  ],
  allowed: [undefined, { option: true }],
  /** Pages that write an error to the console fail their test. */
  quiet: [
    async ({ context, allowed }, use) => {
      const errors: string[] = [];
      const listen = (context: BrowserContext) => {
        context.on("console", (message) => {
          if (message.type() === "error") errors.push(message.text());
        });
        context.on("weberror", (error) => errors.push(String(error.error())));
      };
      listen(context);
      await use(listen);
      expect(errors.filter((text) => !allowed?.test(text))).toEqual([]);
    },
    { auto: true },
  ],
  stranger: async ({ quiet, contextOptions, viewport }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (browser) => {
      const context = await browser.newContext({ ...contextOptions, viewport });
      contexts.push(context);
      quiet(context);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },
});

export { expect };

/** The requests to the API that a page makes from now on, as `POST /api/flow_runs/filter`. */
export function apiRequests(page: Page): string[] {
  const requests: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/api/")) requests.push(`${request.method()} ${pathname}`);
  });
  return requests;
}

/** Resolves with the first request to the API within this time, or with `none`. */
export const firstRequest = (page: Page, ms: number): Promise<string> =>
  page
    .waitForRequest((request) => new URL(request.url()).pathname.startsWith("/api/"), { timeout: ms })
    .then(
      (request) => `${request.method()} ${request.url()}`,
      () => "none",
    );

/** Marks the document, and returns a function that tells whether it is still the same. */
export async function sameDocument(page: Page): Promise<() => Promise<boolean>> {
  await page.evaluate(() => Object.assign(globalThis, { isSameDocument: true }));
  return () => page.evaluate(() => "isSameDocument" in globalThis);
}
