export const deploymentPath = (id: string): string => `/deployments/${id}`;
export const flowPath = (id: string): string => `/flows/${id}`;
/** All failure groups that match a query of the Errors page. */
export const errorsPath = (query = ""): string =>
  query ? `/errors?${new URLSearchParams({ q: query })}` : "/errors";
export const errorPath = (groupId: string): string => `/errors/${groupId}`;

/** The parameter of the address of a deployment's page that has it ask for a run. */
export const askToRun = "run";
