import type { Duplex } from "node:stream";
import { RequestError } from "@hono/node-server";
import { json } from "../serve.ts";

/** The answer to an invalid URL or method. */
export const badRequest = (error: unknown): Response =>
  error instanceof RequestError
    ? json({ detail: "Malformed request." }, { status: 400 })
    : json({ exception_message: "Internal Server Error" }, { status: 500 });

/** Answers invalid HTTP and oversized headers; the connection is closed after that. */
export function answerMalformed(error: NodeJS.ErrnoException, stream: Duplex): void {
  if (error.code === "ECONNRESET" || !stream.writable) return void stream.destroy();
  const isLong = error.code === "HPE_HEADER_OVERFLOW";
  const status = isLong ? "431 Request Header Fields Too Large" : "400 Bad Request";
  const body = JSON.stringify({
    detail: isLong ? "The URL or the headers are too long." : "Malformed request.",
  });
  stream.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}
