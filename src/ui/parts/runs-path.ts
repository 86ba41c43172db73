/** The address of the Runs page with a query of its language, such as `state:failed since:24h`. */
export function runsPath(query: string, more: Record<string, string> = {}): string {
  const search = new URLSearchParams({ ...(query ? { q: query } : {}), ...more }).toString();
  return search ? `/runs?${search}` : "/runs";
}
