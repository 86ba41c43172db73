import { z } from "zod";
import { routes } from "./route.ts";
import { Json, Nothing, Uuid } from "./scalars.ts";

const none = z.object({});
/** Version of the REST API that we speak, and of the package whose API it is: its clients compare both with their own. */
export const apiVersion = "0.8.4";
export const compatibleVersion = "3.9.1";

/** Sent with each change when CSRF protection is on. */
export const CsrfToken = z.object({
  id: z.uuid(),
  created: z.string(),
  updated: z.string(),
  token: z.string(),
  client: z.string(),
  expiration: z.string(),
});
export type CsrfToken = z.infer<typeof CsrfToken>;

/** The default block for storing results. */
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

/** Session of the caller, if authenticated by cookie; else null. */
const Session = z.object({ expires: z.string() }).nullable();

/** Description of our own server; a Prefect server answers 404 and the dashboard does without. */
export const ServerInfo = z.object({
  name: z.literal("praetor"),
  version: z.string(),
  capabilities: z.array(z.string()),
  started: z.string(),
  /** Position in the live channel at the time of the answer: resuming from here misses no change to later reads. */
  seq: z.int(),
  session: Session,
});
export type ServerInfo = z.infer<typeof ServerInfo>;

/** What `praetor dashboard` says in place of a Prefect server; `session` is one of the dashboard. */
export const PrefectInfo = z.object({ name: z.literal("prefect"), version: z.string(), session: Session });
export type PrefectInfo = z.infer<typeof PrefectInfo>;

/** What a dashboard page knows about its server. */
export const PageInfo = z.discriminatedUnion("name", [ServerInfo, PrefectInfo]);
export type PageInfo = z.infer<typeof PageInfo>;

/** Where the data is, and how much there is. */
export const DatabaseInfo = z.object({
  kind: z.enum(["sqlite", "postgresql"]),
  /** A path, or a URL without its password. */
  address: z.string(),
  bytes: z.int(),
});
export type DatabaseInfo = z.infer<typeof DatabaseInfo>;

/** Header of our answers to `/admin/version`, by which a dashboard knows that a server has our own routes. */
export const praetorHeader = "x-praetor-version";

const sessionPath = "/praetor/session";
export const server = routes("server", {
  info: { method: "GET", path: "/praetor/info", input: none, output: ServerInfo },
  database: { method: "GET", path: "/praetor/database", input: none, output: DatabaseInfo },
  /** Issues a session cookie for the password. Needs no authentication. */
  signIn: {
    method: "POST",
    path: sessionPath,
    input: z.object({ user: z.string().max(1024), password: z.string().max(1024) }),
    output: z.object({ expires: z.string() }),
    maxBytes: 16_384,
  },
  signOut: { method: "DELETE", path: sessionPath, input: none, output: Nothing, status: 204 },
});
