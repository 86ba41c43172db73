import { server } from "../../schema/admin.ts";
import { problem } from "../../schema/problems.ts";
import { timestamp } from "../../schema/scalars.ts";
import { isSame } from "../credentials.ts";
import type { FailedLogins } from "../http/failed-logins.ts";
import { isSecure } from "../http/secure.ts";
import type { Sessions } from "../http/sessions.ts";
import { type Api, serve } from "../serve.ts";

interface SessionOptions {
  authString: string | undefined;
  sessions: Sessions;
  logins: FailedLogins;
}

/** Gives browsers a cookie for the password, and takes it back. */
export function serveSession(api: Api, { authString, sessions, logins }: SessionOptions): void {
  serve(api, server.signIn, ({ user, password }, { env, req }) => {
    if (!authString)
      throw problem("invalid", "This server asks for no password: there is nothing to sign in to.");
    const wait = logins.wait(env.address);
    if (wait > 0) {
      const headers = { "retry-after": String(wait) };
      throw problem("too-many", `Too many failed logins from this address. Try again in ${wait} s.`, {
        headers,
      });
    }
    const shown = `${user}:${password}`;
    if (!isSame(shown, authString)) {
      // As the guard counts it: the same guess shown in a header is not another one.
      logins.note(env.address, `Basic ${Buffer.from(shown).toString("base64")}`);
      throw problem("unauthorized", "Wrong user or password.");
    }
    const session = sessions.begin();
    env.setCookie = sessions.cookie(session, isSecure(req.raw, env));
    return { expires: timestamp(session.expires * 1000) };
  });
  serve(api, server.signOut, (_, { env, req }) => {
    // Also where the expiry was to be renewed with this answer.
    env.setCookie = authString ? sessions.ending(isSecure(req.raw, env)) : undefined;
    return undefined;
  });
}
