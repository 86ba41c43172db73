/** The next page of events is named by an address of the server that was asked, which may not be the one that we ask. */
export function pageTokenOf(nextPage: string | null): string | undefined {
  if (nextPage === null) return undefined;
  return new URL(nextPage, "http://server").searchParams.get("page-token") ?? undefined;
}
