export const deploymentPath = (id: string): string => `/deployments/${id}`;
export const flowPath = (id: string): string => `/flows/${id}`;
/** All failure groups that match a query of the Errors page. */
export const errorsPath = (query = ""): string =>
  query ? `/errors?${new URLSearchParams({ q: query })}` : "/errors";
export const errorPath = (groupId: string): string => `/errors/${groupId}`;

/** The parameter of the address of a deployment's page that has it ask for a run. */
export const askToRun = "run";

/** The page of an event. */
export const eventPath = (id: string): string => `/events/${id}`;
export const automationPath = (id: string): string => `/automations/${id}`;
export const editAutomationPath = (id: string): string => `/automations/${id}/edit`;

/** Triggers that the editor of automations begins with. */
export const triggerPresets = [
  "flow-run-failed",
  "flow-run-state",
  "flow-run-late",
  "flow-run-slow",
  "flow-run-stuck",
  "deployment-not-ready",
  "pool-not-ready",
  "queue-not-ready",
  "event",
  "no-event",
  "automation-failed",
] as const;
export type TriggerPreset = (typeof triggerPresets)[number];

/** What a new automation, or a new notification, begins with. */
export interface NewAutomation {
  preset?: TriggerPreset;
  /** Ids that narrow the preset to runs of a flow or a deployment, or to a work pool. */
  flow?: string;
  deployment?: string;
  pool?: string;
  /** Name of the event, for the presets `event` and `no-event`. */
  name?: string;
  /** Id of the automation to be copied. */
  copy?: string;
}

const withGiven = (path: string, given: NewAutomation): string => {
  const search = new URLSearchParams(
    Object.entries(given).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  ).toString();
  return search === "" ? path : `${path}?${search}`;
};
/** The editor of a new automation: `newAutomationPath({ preset: "flow-run-failed", flow: id })`. */
export const newAutomationPath = (given: NewAutomation = {}): string => withGiven("/automations/new", given);
/** The three steps of a new notification, with the same beginnings. */
export const newNotificationPath = (given: NewAutomation = {}): string =>
  withGiven("/automations/new-notification", given);

/** The versions of a key, or one artifact that has none. */
export const artifactPath = ({ key, id }: { key: string | null; id: string }): string =>
  key === null ? `/artifacts/${id}` : `/artifacts/key/${encodeURIComponent(key)}`;

/** The parameter of a list's address that has it ask for a new row. */
export const newKey = "new";
/** The parameter of the list of variables that names the open one. */
export const variableKey = "variable";
export const variablePath = (name: string): string =>
  `/variables?${new URLSearchParams({ [variableKey]: name })}`;
export const newVariablePath = `/variables?${newKey}`;

export const blocksPath = "/blocks";
/** All types of which blocks can be made. */
export const catalogPath = "/blocks/catalog";
export const newBlockPath = (slug: string): string => `/blocks/new/${encodeURIComponent(slug)}`;
export const blockPath = (id: string): string => `/blocks/${id}`;
export const editBlockPath = (id: string): string => `/blocks/${id}/edit`;

export const schedulesPath = "/schedules";
export const newSchedulePath = `${schedulesPath}?${newKey}`;
export const workPoolsPath = "/work-pools";
export const newWorkPoolPath = `${workPoolsPath}?${newKey}=type`;
export const poolPath = (name: string): string => `${workPoolsPath}/${encodeURIComponent(name)}`;
/** The place of a queue on the page of its pool. */
export const queuePath = (pool: string, queue: string): string =>
  `${poolPath(pool)}?${new URLSearchParams({ tab: "queues", queue })}`;
