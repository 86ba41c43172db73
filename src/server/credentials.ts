import { createHash, timingSafeEqual } from "node:crypto";

const digest = (text: string) => createHash("sha256").update(text).digest();

/** Compares in constant time. */
export const isSame = (one: string, other: string) => timingSafeEqual(digest(one), digest(other));

/** Whether an `Authorization` header carries the server's `user:password`. */
export function isAuthorized(header: string | null, authString: string): boolean {
  const [scheme = "", credentials = ""] = (header ?? "").split(" ");
  return scheme.toLowerCase() === "basic" && isToken(credentials, authString);
}

/** Whether the token of a socket's first message is the `user:password`, as it is or in base64. */
export const isToken = (token: string, authString: string): boolean =>
  isSame(token, authString) || isSame(Buffer.from(token, "base64").toString("utf8"), authString);
