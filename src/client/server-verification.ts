import { ApiError, type Send } from "./client.ts";

/** Errors that waiting does not fix: a wrong address or protocol, or a program that is not a server of this API. */
export class WrongServer extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "WrongServer";
  }
}

export interface ServerAddress {
  /** Base of the API, as configured. */
  apiUrl: string;
  authString?: string | undefined;
  apiKey?: string | undefined;
}

/**
 * Explains in a sentence what is wrong with the address or the credentials, until a server of this API has responded.
 * Afterwards the same signs mean that it is temporarily unreachable. Throws `WrongServer`, or `ApiError` for a 401.
 */
export function verifyingServer(send: Send, contact: ServerAddress): Send {
  let isKnown = false;
  return async (request) => {
    let response: Response;
    try {
      response = await send(request);
    } catch (error) {
      if (isKnown || request.signal.aborted) throw error;
      throw (await unreachable(error, contact, send)) ?? error;
    }
    if (response.status === 401) throw await unauthorized(response, contact);
    if (isKnown) return response;
    if (isPlausible(response)) isKnown = response.ok;
    else {
      const wrong = await explainForeign(response, contact, send);
      if (wrong) throw wrong;
      isKnown = true;
    }
    return response;
  };
}

async function unauthorized(
  response: Response,
  { apiUrl, authString, apiKey }: ServerAddress,
): Promise<ApiError> {
  const what = authString
    ? "refuses the password of PRAETOR_API_AUTH_STRING: set it to the user:password of that server"
    : apiKey
      ? "refuses the key of PRAETOR_API_KEY: set it to one that the server takes"
      : "asks for a password: set PRAETOR_API_AUTH_STRING to its user:password";
  return new ApiError(`The server at ${apiUrl} ${what}.`, 401, await response.text());
}

/** Responses that a server of this API may send to any request, and other programs hardly do. */
function isPlausible({ status, headers }: Response): boolean {
  if (status === 404 || status === 405) return false;
  // Busy, or a gateway in front of it: worth waiting for.
  if (status >= 500 || status === 429 || status === 204) return true;
  const type = headers.get("content-type");
  return type === null || type.includes("json");
}

/** Why the response is not from a server of this API; undefined when it may be one without that resource. */
async function explainForeign(
  response: Response,
  { apiUrl }: ServerAddress,
  send: Send,
): Promise<WrongServer | undefined> {
  if (await isApi(apiUrl, send)) return undefined;
  if (await isApi(`${apiUrl}/api`, send))
    return new WrongServer(
      `PRAETOR_API_URL is ${apiUrl}, without the /api at its end: set it to ${apiUrl}/api`,
    );
  const type = response.headers.get("content-type")?.split(";")[0] ?? "no type";
  if (type.includes("json")) return undefined;
  if (apiUrl.startsWith("http:") && (await isTls(apiUrl, send))) return speaksTls(apiUrl);
  return new WrongServer(
    `${apiUrl} is not a Praetor or Prefect server (${response.status}, ${type}): check PRAETOR_API_URL.`,
  );
}

async function isApi(apiUrl: string, send: Send): Promise<boolean> {
  try {
    const response = await send(new Request(`${apiUrl}/health`));
    return response.ok && (await response.text()) === "true";
  } catch {
    return false;
  }
}

/** Codes of OpenSSL and Node for the response of a program that does not speak TLS. */
const plainAnswers: readonly string[] = [
  ...["ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG", "ERR_SSL_HTTP_REQUEST", "EPROTO"],
];
const broken: readonly string[] = ["ECONNRESET", "UND_ERR_SOCKET", "UND_ERR_RESPONSE_STATUS_CODE"];

async function unreachable(
  error: unknown,
  { apiUrl }: ServerAddress,
  send: Send,
): Promise<WrongServer | undefined> {
  const { code, message } = causeOf(error);
  const { protocol, hostname } = new URL(apiUrl);
  const because = (text: string) => new WrongServer(text, { cause: error });
  if (code === "ENOTFOUND")
    return because(`There is no host named ${hostname}: check PRAETOR_API_URL, which is ${apiUrl}.`);
  if (message === "bad port")
    return because(`No web server may use the port of ${apiUrl}: check PRAETOR_API_URL.`);
  if (protocol === "https:" && plainAnswers.includes(code))
    return because(
      `The server at ${apiUrl} does not speak TLS: set PRAETOR_API_URL to ${apiUrl.replace("https:", "http:")}`,
    );
  if (protocol === "https:" && isCertificate(code))
    return because(
      `The certificate of ${apiUrl} is not trusted (${code}): call the server by the name in it, or set NODE_EXTRA_CA_CERTS to the file of the authority that signed it.`,
    );
  const mayBeTls = broken.includes(code) || code.startsWith("HPE_");
  if (protocol === "http:" && mayBeTls && (await isTls(apiUrl, send))) return speaksTls(apiUrl);
  return undefined;
}

const speaksTls = (apiUrl: string) =>
  new WrongServer(
    `The server at ${apiUrl} speaks TLS: set PRAETOR_API_URL to ${apiUrl.replace("http:", "https:")}`,
  );

const isCertificate = (code: string): boolean =>
  /CERT|SIGNATURE|ISSUER|_CRL_|^ERR_TLS_/.test(code) && !plainAnswers.includes(code);

async function isTls(apiUrl: string, send: Send): Promise<boolean> {
  return send(new Request(`${apiUrl.replace("http:", "https:")}/health`)).then(
    () => true,
    (error: unknown) => {
      const { code } = causeOf(error);
      return isCertificate(code) || (code.startsWith("ERR_SSL_") && !plainAnswers.includes(code));
    },
  );
}

/** The cause inside the "fetch failed" of `fetch`. */
function causeOf(error: unknown): { code: string; message: string } {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (!(cause instanceof Error)) return { code: "", message: String(cause) };
  return { code: "code" in cause ? String(cause.code) : "", message: cause.message };
}
