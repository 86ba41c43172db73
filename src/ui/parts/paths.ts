export const deploymentPath = (id: string): string => `/deployments/${id}`;
export const flowPath = (id: string): string => `/flows/${id}`;

/** The parameter of the address of a deployment's page that has it ask for a run. */
export const askToRun = "run";
