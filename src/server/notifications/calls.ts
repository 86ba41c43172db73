import { request as requestHttp } from "node:http";
import { type RequestOptions, request as requestHttps } from "node:https";
import { privateHost, publicLookup, refusal } from "./addresses.ts";

/** A request to an external server. */
export interface Call {
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: string;
  /** After which it is given up, the answer included. */
  seconds?: number;
  /** Whether addresses of private networks may be called. */
  allowsPrivate?: boolean;
  /** Whether certificates have to be right. */
  verifies?: boolean;
}

export interface Delivery {
  isDelivered: boolean;
  /** Of the answer, where one came over HTTP. */
  status: number | null;
  /** The beginning of the answer, or the error. */
  detail: string;
}

/** Sends the request and returns the outcome. Does not throw; follows no redirect, which could leak secrets. */
export async function send(call: Call): Promise<Delivery> {
  try {
    const { status, text } = await answer(call);
    if (status >= 300 && status < 400)
      return failed(`Answered ${status}: redirects are not followed.`, status);
    return {
      isDelivered: status < 300,
      status,
      detail: `Answered ${status}${text === "" ? "." : `: ${text}`}`,
    };
  } catch (error) {
    return failed(reasonOf(error, call));
  }
}

export const failed = (detail: string, status: number | null = null): Delivery => ({
  isDelivered: false,
  status,
  detail,
});

/** JSON, as most receivers want it. */
export const posted = (url: string, content: object, more: Partial<Call> = {}): Call => ({
  method: "POST",
  url,
  body: JSON.stringify(content),
  ...more,
  headers: { "content-type": "application/json", ...more.headers },
});

const defaultSeconds = 10;
/** Bytes of an answer that are read. */
const maxAnswer = 2000;

function answer(call: Call): Promise<{ status: number; text: string }> {
  const url = new URL(call.url);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new Error(`expected an address that begins with http:// or https://, got ${url.protocol}`);
  }
  const host = call.allowsPrivate ? undefined : privateHost(url);
  if (host !== undefined) throw new Error(refusal(host));
  const body = call.body === undefined ? undefined : Buffer.from(call.body);
  const options: RequestOptions = {
    method: call.method,
    headers: {
      "user-agent": "Praetor",
      ...call.headers,
      ...(body ? { "content-length": String(body.length) } : {}),
    },
    rejectUnauthorized: call.verifies ?? true,
    signal: AbortSignal.timeout((call.seconds ?? defaultSeconds) * 1000),
    // A new connection: a kept-alive one may be to an unchecked address.
    agent: false,
    ...(call.allowsPrivate ? {} : { lookup: publicLookup }),
  };
  return new Promise((resolve, reject) => {
    const request = url.protocol === "https:" ? requestHttps : requestHttp;
    const sent = request(url, options, (response) => {
      const parts: Buffer[] = [];
      let length = 0;
      const done = () =>
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(parts).toString("utf8").slice(0, maxAnswer).trim(),
        });
      response.on("data", (part: Buffer) => {
        parts.push(part);
        length += part.length;
        if (length > maxAnswer) {
          done();
          response.destroy();
        }
      });
      response.on("end", done);
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function reasonOf(error: unknown, { seconds = defaultSeconds }: Call): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "AbortError" || error.name === "TimeoutError") {
    return `No answer within ${seconds} seconds.`;
  }
  // An address that cannot be read may hold a token.
  if ("code" in error && error.code === "ERR_INVALID_URL") return "The address is not a valid URL.";
  const reasons = error instanceof AggregateError ? error.errors.map(String) : [error.message];
  return `The request failed: ${reasons.join(", ")}.`;
}
