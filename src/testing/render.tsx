import { cleanup, configure, getConfig, render, screen } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, vi } from "vitest";
import { Router } from "wouter";
import { memoryLocation } from "wouter/memory-location";
import type { Send } from "../client/client.ts";
import { server } from "../schema/admin.ts";
import { type Api, createApi } from "../ui/api.ts";
import { useLocation } from "../ui/kit/router.tsx";
import { startLive } from "../ui/live.ts";
import { Provided } from "../ui/shell/connect.tsx";
import { Site } from "../ui/site.tsx";
import { createWorld, type World, type WorldOptions } from "./world.ts";

// The first page of a test file includes compilation.
configure({ asyncUtilTimeout: 10_000, getElementError: (message) => new Error(message ?? "not found") });

export interface Opened {
  world: World;
  api: Api;
  /** Each request that the dashboard made, as `POST /flow_runs/filter`. */
  requests: string[];
  /** Disconnects the server; the returned function reconnects it at the same address. */
  cut: () => Promise<() => Promise<void>>;
  /** Current URL of the dashboard, with its query. */
  address: () => string;
}

interface OpenOptions extends WorldOptions {
  /** Fills the server before the page is opened. */
  seed?: (world: World) => Promise<unknown>;
  /** Acts as a Prefect server: none of our own routes, no live channel. */
  isForeign?: boolean;
  /** Rendered instead of the dashboard's pages. */
  page?: ReactNode;
  /** Intercepts requests between the dashboard and the server, to make them fail. */
  through?: (send: Send) => Send;
}

/**
 * Opens the dashboard at an address against a real server over a real store, with a real live channel. Call at
 * the top of a test file; what a test opens is closed after it. A test in which something was written to
 * `console.error` fails.
 */
export function dashboard(): (path: string | (() => string), options?: OpenOptions) => Promise<Opened> {
  const closing: (() => unknown)[] = [];
  beforeEach(() => {
    giveSizes();
    vi.spyOn(console, "error");
  });
  afterEach(async () => {
    cleanup();
    for (const close of closing.splice(0).toReversed()) await close();
    expect(console.error).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });
  return async (
    path,
    { seed, isForeign = false, through = (send: Send) => send, page = <Site />, ...worldOptions } = {},
  ) => {
    const world = await createWorld(worldOptions);
    closing.push(() => world.close());
    await seed?.(world);
    let listening = await world.listen();
    const { url } = listening;
    // The page comes from the server itself: pages of other origins are refused.
    jump(url);
    const requests: string[] = [];
    const send: Send = async (request) => {
      const { pathname } = new URL(request.url);
      requests.push(`${request.method} ${pathname.replace("/api", "")}`);
      if (isForeign && pathname.startsWith("/api/praetor/"))
        return Response.json({ detail: "Not Found" }, { status: 404 });
      return world.fetch(request);
    };
    const info = isForeign ? null : await world.call(server.info, {});
    const api = createApi({ baseUrl: `${url}/api`, send: through(send), page: info });
    const hub = startLive(api);
    closing.push(() => hub.close());
    // A URL may contain ids that the seed created.
    const provided = (
      <Provided api={api} hub={hub}>
        {page}
      </Provided>
    );
    show(typeof path === "string" ? path : path(), provided);
    const cut = async () => {
      await listening.close();
      return async () => {
        listening = await world.listen({ port: Number(new URL(url).port) });
      };
    };
    return { world, api, requests, cut, address: () => screen.getByTestId("address").textContent ?? "" };
  };
}

/** Waits until a second passes without a request, however slow the machine is. */
export function settled(requests: readonly string[]): Promise<void> {
  // As in `findBy…`, React renders what arrives meanwhile without `act`.
  return getConfig().asyncWrapper(async () => {
    for (;;) {
      const before = requests.length;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      if (requests.length === before) return;
    }
  });
}

/** A server that fails at the requests to these addresses. */
export const without =
  (part: RegExp) =>
  (send: Send): Send =>
  async (request) =>
    part.test(request.url) ? new Response("out of order", { status: 500 }) : send(request);

/** Moves the test document to another origin, which a page could only do by reloading. */
const jump = (url: string): void => Reflect.get(window, "happyDOM").setURL(url);

function show(path: string, page: ReactNode) {
  render(
    <Router hook={memoryLocation({ path }).hook}>
      {page}
      <Address />
    </Router>,
  );
}

function Address() {
  const { pathname, search } = useLocation();
  return (
    <output hidden data-testid="address">
      {pathname}
      {decodeURIComponent(search.replaceAll("+", " "))}
    </output>
  );
}

/** A test document has no layout; a window of 1440 by 900 lets virtualised lists render rows. */
function giveSizes() {
  const of = (pixels: number) => ({ configurable: true, get: () => pixels });
  const [width, height] = [of(1240), of(700)];
  Object.defineProperties(HTMLElement.prototype, {
    clientWidth: width,
    clientHeight: height,
    offsetWidth: width,
    offsetHeight: height,
  });
  // The document's own observer would report 0 by 0 for everything.
  vi.stubGlobal("ResizeObserver", SilentObserver);
}

class SilentObserver implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
