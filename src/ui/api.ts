import { QueryClient, type QueryKey, queryOptions, useMutation } from "@tanstack/react-query";
import { createContext, use } from "react";
import { ApiError, type Client, createClient, type Send } from "../client/client.ts";
import { withLiteralNames } from "../client/literal-names.ts";
import { knowPrefect } from "../client/run-commands.ts";
import {
  admin,
  PageInfo,
  type PrefectInfo,
  praetorHeader,
  type ServerInfo,
  server,
} from "../schema/admin.ts";
import type { Input, Output, Route } from "../schema/route.ts";
import { nounsTouchedBy } from "./touched-nouns.ts";

/** A server that the dashboard talks to. */
export interface Api {
  client: Client;
  queries: QueryClient;
  /** Null for a Prefect server, which has none of our own routes. */
  info: ServerInfo | null;
  /** What `praetor dashboard` says of a Prefect server, where this page came from it. */
  prefect: PrefectInfo | null;
  authString: string | null;
  /** By noun: what lists that read themselves do when rows of it have changed. */
  touchListeners: Map<string, Set<() => void>>;
}

const apis = new WeakMap<QueryClient, Api>();
export const ApiContext = createContext<Api | null>(null);

export function useApi(): Api {
  const api = use(ApiContext);
  if (!api) throw new Error("expected an ApiContext around this component");
  return api;
}

/** True where our own routes are; panels that need them leave themselves out elsewhere. */
export const useIsPraetor = (): boolean => useApi().info !== null;

/** Options for useQuery and its kin: the key is [noun, name, input], so that live changes find it. */
export const query = <R extends Route>(route: R, input: Input<R>) =>
  queryOptions({
    queryKey: [route.noun, route.name, input],
    queryFn: ({ client, signal }): Promise<Output<R>> => clientOf(client).call(route, input, { signal }),
  });

/** A command to the server. Where no live channel tells of its effects, the lists of its noun are read again. */
export function useCommand<R extends Route>(route: R) {
  const api = useApi();
  return useMutation<Output<R>, Error, Input<R>>({
    mutationFn: (input) => api.client.call(route, input),
    onSuccess: () => (api.info ? undefined : readAgain(api, route.noun)),
  });
}

/**
 * Reads again what a command has changed, but not the rows that it has deleted. Lists that hold their rows in place read only
 * their head.
 */
export function readAgain(
  { queries, touchListeners }: Api,
  noun: string,
  deleted: readonly string[] = [],
): void {
  const touched = nounsTouchedBy(noun);
  const isGone = ([, name, input]: QueryKey) => name === "read" && deleted.includes(Object(input).id);
  void queries.invalidateQueries({
    predicate: ({ queryKey, meta }) =>
      touched.includes(String(queryKey[0])) && meta?.live !== "patch" && !isGone(queryKey),
  });
  for (const listener of touchListeners.get(noun) ?? []) listener();
}

export function clientOf(queries: QueryClient): Client {
  const api = apis.get(queries);
  if (!api) throw new Error("expected a query client made by createApi");
  return api.client;
}

interface ApiOptions {
  baseUrl: string;
  send: Send;
  authString?: string | null;
  /** Null for a Prefect server that says nothing of itself. */
  page: PageInfo | null;
}

export function createApi({ baseUrl, send, authString = null, page }: ApiOptions): Api {
  const info = page?.name === "praetor" ? page : null;
  const asIs = createClient({
    ...{ baseUrl, send: patient(send), authString: authString ?? undefined },
    keepsNumbers: true,
  });
  const client = info ? withLiteralNames(asIs) : asIs;
  if (!info) knowPrefect(client);
  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        // Live changes keep what is on screen fresh; a page that is opened anew reads anew.
        staleTime: 2_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        networkMode: "always",
        retry: (count, error) => count < 2 && mayPass(error),
      },
      mutations: { networkMode: "always" },
    },
  });
  const prefect = page?.name === "prefect" ? page : null;
  const api = { client, queries, info, prefect, authString, touchListeners: new Map() };
  apis.set(queries, api);
  return api;
}

const pauses = [300, 1_000, 2_000];

/** A server that is busy has done nothing: Prefect's on SQLite says so whenever two write at the same time. */
const patient =
  (send: Send): Send =>
  async (request) => {
    for (const pause of pauses) {
      const response = await send(request.clone());
      if (response.status !== 503) return response;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    return send(request);
  };

/** Failures that another try may cure: no answer at all, and a server that is busy. */
const mayPass = (error: Error): boolean => !(error instanceof ApiError) || error.status >= 502;

/** Whether this page came from the server of the API: ours, or `praetor dashboard`, which both tell what they are. */
export const isOfThisPage = (baseUrl: string): boolean =>
  "location" in globalThis && new URL(baseUrl, location.href).origin === location.origin;

/**
 * Asks a server whether it is ours: null for a Prefect server. A server elsewhere is asked for its version first, which both
 * tell: a browser logs an error for a route that is not there.
 */
export async function readInfo(
  baseUrl: string,
  send: Send,
  authString: string | null,
): Promise<PageInfo | null> {
  let isOurs = isOfThisPage(baseUrl);
  const noting: Send = async (request) => {
    const response = await send(request);
    isOurs ||= response.headers.has(praetorHeader);
    return response;
  };
  const client = createClient({ baseUrl, send: noting, authString: authString ?? undefined });
  if (!isOurs) await client.call(admin.serverVersion, {});
  if (!isOurs) return null;
  try {
    const answer: unknown = await client.call(server.info, {});
    return PageInfo.parse(answer);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
