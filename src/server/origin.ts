import type { Context } from "hono";
import type { RequestMetadata } from "./http/request-metadata.ts";

/** The origin under which the client sees this server, also behind a proxy. */
export function originOf(c: Context<{ Bindings: RequestMetadata }>): string {
  const url = new URL(c.req.url);
  const { protocol = url.protocol.replace(":", ""), host = url.host } = c.env.forwarded;
  return `${protocol}://${host}`;
}
