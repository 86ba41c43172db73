import { z } from "zod";
import { routes } from "./route.ts";
import { Json, Nothing, Uuid } from "./scalars.ts";

const none = z.object({});
/** Version of the REST API that we speak, and of the package whose API it is: its clients compare both with their own. */
export const apiVersion = "0.8.4";
export const compatibleVersion = "3.9.1";

/** Shown with each change where the server protects them: that the client could read an answer before. */
export const CsrfToken = z.object({
  id: z.uuid(),
  created: z.string(),
  updated: z.string(),
  token: z.string(),
  client: z.string(),
  expiration: z.string(),
});
export type CsrfToken = z.infer<typeof CsrfToken>;

/** The block in which results are kept that name no place of their own. */
export const ResultStorage = z.object({ default_result_storage_block_id: z.string().nullable() });

export const admin = routes("admin", {
  health: { method: "GET", path: "/health", input: none, output: z.boolean() },
  ready: { method: "GET", path: "/ready", input: none, output: z.object({ message: z.string() }) },
  hello: { method: "GET", path: "/hello", input: none, output: z.string() },
  version: { method: "GET", path: "/version", input: none, output: z.string() },
  serverVersion: { method: "GET", path: "/admin/version", input: none, output: z.string() },
  settings: { method: "GET", path: "/admin/settings", input: none, output: Json },
  storage: {
    method: "GET",
    path: "/admin/storage",
    input: none,
    output: ResultStorage,
  },
  setStorage: {
    method: "PUT",
    path: "/admin/storage",
    input: z.object({ default_result_storage_block_id: Uuid }),
    output: ResultStorage,
  },
  clearStorage: { method: "DELETE", path: "/admin/storage", input: none, output: Nothing, status: 204 },
  csrfToken: {
    method: "GET",
    path: "/csrf-token",
    input: z.object({ client: z.string() }),
    output: CsrfToken,
  },
});

/** Of the caller, where a cookie lets in; null with other credentials, and where none are needed. */
const Session = z.object({ expires: z.string() }).nullable();

/** What our own server says of itself; a Prefect server answers 404 and the dashboard does without. */
export const ServerInfo = z.object({
  name: z.literal("praetor"),
  version: z.string(),
  capabilities: z.array(z.string()),
  started: z.string(),
  /** Place in the live channel at which this was answered: who resumes from here misses nothing that was read later. */
  seq: z.int(),
  session: Session,
});
export type ServerInfo = z.infer<typeof ServerInfo>;

/** What `praetor dashboard` says in place of a Prefect server; `session` is one of the dashboard. */
export const PrefectInfo = z.object({ name: z.literal("prefect"), version: z.string(), session: Session });
export type PrefectInfo = z.infer<typeof PrefectInfo>;

/** What a page of the dashboard is told of the server behind it. */
export const PageInfo = z.discriminatedUnion("name", [ServerInfo, PrefectInfo]);
export type PageInfo = z.infer<typeof PageInfo>;

const sessionPath = "/praetor/session";
export const server = routes("server", {
  info: { method: "GET", path: "/praetor/info", input: none, output: ServerInfo },
  /** Gives a browser a cookie in exchange for the password. Open to all. */
  signIn: {
    method: "POST",
    path: sessionPath,
    input: z.object({ user: z.string().max(1024), password: z.string().max(1024) }),
    output: z.object({ expires: z.string() }),
    maxBytes: 16_384,
  },
  signOut: { method: "DELETE", path: sessionPath, input: none, output: Nothing, status: 204 },
});
