import { z } from "zod";

const Flag = z.union([z.boolean(), z.stringbool()]);
const split = (text: string) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
const List = z.union([z.array(z.string()), z.string().transform(split)]);

const Days = z.coerce.number().min(1);

/** Every setting, once. Read from `PRAETOR_…` (and the matching `PREFECT_…`) by the composition roots. */
export const Settings = z.object({
  /** Base of the API, with `/api`. Unset: a local server is looked for, else one runs in the process. */
  apiUrl: z
    .url({ protocol: /^https?$/, error: "expected a URL such as http://127.0.0.1:4200/api" })
    .refine(
      (url) => !/^[^/]*\/\/[^/]*@/.test(url),
      "expected no password: it belongs into PRAETOR_API_AUTH_STRING",
    )
    .optional(),
  /** `user:password`, asked for by the server and sent by clients. */
  apiAuthString: z.string().optional(),
  /** Bearer key, for servers behind a gateway that wants one. */
  apiKey: z.string().optional(),
  /** `user:password` that `praetor dashboard` asks for: its own, not that of the server it shows. */
  dashboardAuthString: z
    .string()
    .regex(/^[^:]+:./, "expected user:password")
    .optional(),
  host: z.string().default("127.0.0.1"),
  port: z.coerce.number().int().min(0).max(65_535).default(4200),
  /** Whether changes need a token that the server gave out before. */
  csrfEnabled: Flag.default(false),
  /** Origins whose pages may use the API beside the server's own, such as `https://flows.example.org`; `*` for all. */
  corsOrigins: List.default([]),
  /** Public URL of the dashboard, for links in messages of automations. Default: the server's own address. */
  uiUrl: z.url().optional(),
  /** Accepted host names, beside its own; `*` for any. See `server/http/hosts.ts`. */
  allowedHosts: List.default([]),
  /** Whether to trust `X-Forwarded-…` headers of a proxy in front of the server. */
  trustProxy: Flag.default(false),
  /** Most bytes of a request, except logs and events, which come in bulk. */
  maxBodyMegabytes: z.coerce.number().positive().default(4),
  /** Folder of the embedded store. */
  home: z.string(),
  /** The store: a path of an SQLite file, `:memory:`, or `postgres://user:password@host:5432/database`. */
  databaseUrl: z.string().optional(),
  /** Secrets are encrypted with a key derived from this; else with one stored in `home`. */
  encryptionKey: z.string().min(16, "expected at least 16 characters").optional(),
  /** Its previous value: secrets are re-encrypted when the server starts. */
  encryptionKeyOld: z.string().optional(),
  /** Which runs of deployments are retried after a crash while they have retries left: those of our SDK, also those of Prefect's clients, or none. */
  retryCrashedRuns: z.enum(["own", "all", "none"]).default("own"),
  /** Seconds that a program of the SDK waits for a server that is away before it fails. */
  clientPatienceSeconds: z.coerce.number().positive().default(3600),
  /** Megabytes on disk for the events of a program whose server is away. */
  clientBufferMegabytes: z.coerce.number().min(0).default(1024),
  /** Days that events are kept; heartbeats one at most. */
  eventRetentionDays: Days.default(7),
  /** Days that audit events are kept: forced states, released slots, and errors of runs. */
  auditRetentionDays: Days.default(365),
  /** Days that logs are kept. Unset: as long as their run. */
  logRetentionDays: Days.optional(),
  /** Days that runs are kept once they have ended. Unset: forever. */
  runRetentionDays: Days.optional(),
  /** Seconds without a heartbeat after which a run is assumed to have crashed. */
  runSilenceSeconds: z.coerce.number().min(1).default(35),
  /** Seconds between two heartbeats of a run's process; at most a third of the server's timeout. */
  heartbeatSeconds: z.coerce.number().min(0.5).default(10),
  logLevel: z.enum(["debug", "info", "warn", "error", "silent"]).default("warn"),
  /** `1`: flows and tasks are called as plain functions and nothing is recorded. */
  disabled: z.stringbool().default(false),
});
export type Settings = z.infer<typeof Settings>;

/** The variables that each setting is read from; the first one that is set wins. */
export const settingVariables: Record<keyof Settings, readonly string[]> = {
  apiUrl: ["PRAETOR_API_URL", "PREFECT_API_URL"],
  apiAuthString: ["PRAETOR_API_AUTH_STRING", "PREFECT_API_AUTH_STRING", "PREFECT_SERVER_API_AUTH_STRING"],
  apiKey: ["PRAETOR_API_KEY", "PREFECT_API_KEY"],
  dashboardAuthString: ["PRAETOR_DASHBOARD_AUTH_STRING"],
  host: ["PRAETOR_SERVER_HOST", "PREFECT_SERVER_API_HOST"],
  port: ["PRAETOR_SERVER_PORT", "PREFECT_SERVER_API_PORT"],
  csrfEnabled: ["PRAETOR_SERVER_CSRF_ENABLED", "PREFECT_SERVER_CSRF_PROTECTION_ENABLED"],
  corsOrigins: ["PRAETOR_SERVER_CORS_ORIGINS", "PREFECT_SERVER_CORS_ALLOWED_ORIGINS"],
  allowedHosts: ["PRAETOR_SERVER_ALLOWED_HOSTS"],
  uiUrl: ["PRAETOR_UI_URL", "PREFECT_UI_URL"],
  trustProxy: ["PRAETOR_SERVER_TRUST_PROXY"],
  maxBodyMegabytes: ["PRAETOR_SERVER_MAX_BODY_MEGABYTES"],
  home: ["PRAETOR_HOME"],
  databaseUrl: ["PRAETOR_DATABASE_URL"],
  encryptionKey: ["PRAETOR_ENCRYPTION_KEY"],
  encryptionKeyOld: ["PRAETOR_ENCRYPTION_KEY_OLD"],
  retryCrashedRuns: ["PRAETOR_SERVER_RETRY_CRASHED_RUNS"],
  clientPatienceSeconds: ["PRAETOR_CLIENT_PATIENCE_SECONDS"],
  clientBufferMegabytes: ["PRAETOR_CLIENT_BUFFER_MEGABYTES"],
  eventRetentionDays: ["PRAETOR_SERVER_EVENT_RETENTION_DAYS"],
  auditRetentionDays: ["PRAETOR_SERVER_AUDIT_RETENTION_DAYS"],
  logRetentionDays: ["PRAETOR_SERVER_LOG_RETENTION_DAYS"],
  runRetentionDays: ["PRAETOR_SERVER_RUN_RETENTION_DAYS"],
  runSilenceSeconds: ["PRAETOR_SERVER_RUN_SILENCE_SECONDS"],
  heartbeatSeconds: ["PRAETOR_HEARTBEAT_SECONDS"],
  logLevel: ["PRAETOR_LOG_LEVEL"],
  disabled: ["PRAETOR_DISABLED"],
};

/** Secret settings. */
export const secretSettings: ReadonlySet<string> = new Set([
  ...["apiAuthString", "apiKey", "dashboardAuthString", "encryptionKey", "encryptionKeyOld"],
]);

/** Whether an address is a loopback address. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);

type Environment = Record<string, string | undefined>;

/** The variable that supplies a setting's value, if one is set. */
export const variableOf = (environment: Environment, setting: keyof Settings): string | undefined =>
  settingVariables[setting].find((name) => environment[name] !== undefined && environment[name] !== "");

/** Parses the settings out of an environment; throws with the variable's name, what was expected and what came. */
export function readSettings(environment: Environment, defaults: { home: string }): Settings {
  const values: Record<string, string> = { ...defaults };
  const source: Record<string, string> = {};
  for (const key of Settings.keyof().options) {
    const name = variableOf(environment, key);
    if (name === undefined) continue;
    values[key] = environment[name] ?? "";
    source[key] = name;
  }
  const parsed = Settings.safeParse(values);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const key = String(issue?.path[0]);
  const came = secretSettings.has(key)
    ? ""
    : ` (got ${JSON.stringify(values[key]?.replace(credentials, "//…@"))})`;
  throw new Error(`${source[key] ?? key}: ${issue?.message}${came}`);
}

/** In a URL. */
const credentials = /\/\/[^/]*@/;
