import type { Context } from "hono";

/** Where the client sees this server, also behind a proxy that says so. */
export function originOf(c: Context): string {
  const url = new URL(c.req.url);
  const protocol = c.req.header("x-forwarded-proto") ?? url.protocol.replace(":", "");
  const host = c.req.header("x-forwarded-host") ?? url.host;
  return `${protocol}://${host}`;
}
