export const deploymentPath = (id: string): string => `/deployments/${id}`;
export const flowPath = (id: string): string => `/flows/${id}`;
