import type { Route } from "../../schema/route.ts";
import { type Forwarded, forwarded, nothingForwarded } from "./forwarded.ts";
import type { Session } from "./sessions.ts";

/** Metadata of a request. */
export interface RequestMetadata {
  /** Where it comes from; unknown in the same process. */
  address: string | undefined;
  /** Proxy headers, when trusted. */
  forwarded: Forwarded;
  /** Set by the request guard: no route is served without. */
  isAdmitted: boolean;
  /** Of a browser that showed its cookie. */
  session: Session | undefined;
  /** A cookie to send with the answer. */
  setCookie: string | undefined;
  /** The route that served it. */
  route: Route | undefined;
  /** What it brought, once a route has read it. */
  body: string | undefined;
  /** Under which it is logged. */
  requestId: string | undefined;
  /** Called when the whole answer was sent; absent in the same process. */
  onSent: ((listener: () => void) => void) | undefined;
}

/** Of the connection that a request came over, what is needed of it. */
export interface Connection {
  incoming?: { socket: { remoteAddress?: string | undefined } };
  outgoing?: { once(event: "finish", listener: () => void): void };
}

/** Answers one request; the connection is missing in the same process. */
export type Fetch = (request: Request, connection?: Connection) => Promise<Response>;

export function newRequestMetadata(
  request: Request,
  trustProxy: boolean,
  connection?: Connection,
): RequestMetadata {
  const proxyHeaders = trustProxy ? forwarded((name) => request.headers.get(name)) : nothingForwarded;
  return {
    address: proxyHeaders.address ?? connection?.incoming?.socket.remoteAddress,
    forwarded: proxyHeaders,
    isAdmitted: false,
    session: undefined,
    setCookie: undefined,
    route: undefined,
    body: undefined,
    requestId: undefined,
    onSent: connection?.outgoing && ((listener) => connection.outgoing?.once("finish", listener)),
  };
}
