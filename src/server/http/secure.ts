import type { RequestMetadata } from "./request-metadata.ts";

/** Whether the browser reached this server by https: as the proxy says, or its page's origin, where a proxy says nothing. */
export function isSecure(request: Request, { forwarded }: Pick<RequestMetadata, "forwarded">): boolean {
  if (forwarded.protocol !== undefined) return forwarded.protocol === "https";
  const origin = request.headers.get("origin") ?? request.url;
  return origin.startsWith("https:");
}
