export const deploymentPath = (id: string): string => `/deployments/${id}`;
export const flowPath = (id: string): string => `/flows/${id}`;
/** All failure groups that match a query of the Errors page. */
export const errorsPath = (query = ""): string =>
  query ? `/errors?${new URLSearchParams({ q: query })}` : "/errors";
export const errorPath = (groupId: string): string => `/errors/${groupId}`;

/** The parameter of the address of a deployment's page that has it ask for a run. */
export const askToRun = "run";
export const eventPath = (id: string): string => `/events/${id}`;
export const automationPath = (id: string): string => `/automations/${id}`;

/** The editor of a new automation, which begins with a trigger for events of this name. */
export const newAutomationPath = (given: { preset: "event"; name: string }): string =>
  `/automations/new?${new URLSearchParams(given)}`;

/** The versions of a key, or one artifact that has none. */
export const artifactPath = ({ key, id }: { key: string | null; id: string }): string =>
  key === null ? `/artifacts/${id}` : `/artifacts/key/${encodeURIComponent(key)}`;
