import { useId, useState } from "react";
import { type Api, useApi } from "../api.ts";
import { Button } from "../kit/controls/button.tsx";
import { Field, inputClass, inputProps } from "../kit/controls/field.tsx";
import { cx } from "../kit/cx.ts";
import { useSignOut } from "../parts/actions/use-sign-out.ts";
import { FreshnessDot } from "../parts/freshness.tsx";
import { Time } from "../parts/time/time.tsx";
import { isSignedIn } from "../session.ts";
import { settings, useSettings } from "../settings.ts";
import { Fact, Part } from "./part.tsx";

/** Which server the dashboard shows, and who is signed in there. */
export function ConnectionPart() {
  const api = useApi();
  const leave = useSignOut();
  const session = (api.info ?? api.prefect)?.session;
  return (
    <Part title="Connection">
      <dl>
        <Fact label="Server">{serverName(api)}</Fact>
        <Fact label="API">
          <code>{api.client.baseUrl}</code>
        </Fact>
        <Fact label="Live updates">
          <FreshnessDot />
        </Fact>
        <Fact label="Signed in">
          <span className="flex flex-wrap items-center gap-3">
            {isSignedIn(api) ? "Yes" : "No, and the server asks for no password"}
            {session && (
              <span className="text-muted">
                until <Time time={session.expires} />
              </span>
            )}
            {isSignedIn(api) && <Button onClick={leave}>Sign out</Button>}
          </span>
        </Fact>
      </dl>
      <Address />
    </Part>
  );
}

function serverName({ info, prefect }: Api): string {
  if (info) return `Praetor ${info.version}`;
  return prefect ? `Prefect ${prefect.version}` : "Prefect-compatible";
}

/** Another API than that of the server which this page came from. */
function Address() {
  const id = useId();
  const { apiUrl } = useSettings();
  const [address, setAddress] = useState(apiUrl ?? "");
  const description = "Leave empty for the API of the server that this page came from.";
  return (
    <form
      className="mt-3"
      onSubmit={(event) => {
        event.preventDefault();
        settings.set({ apiUrl: address.trim() || null });
      }}
    >
      <Field label="Address of another API" id={id} description={description}>
        <span className="flex gap-2">
          <input
            {...inputProps(id, { description })}
            placeholder="http://host:4200/api"
            value={address}
            onChange={(event) => setAddress(event.target.value)}
            className={cx(inputClass, "h-8 flex-1")}
          />
          <Button size="md" type="submit">
            Connect
          </Button>
          {apiUrl && (
            <Button size="md" onClick={() => settings.set({ apiUrl: null })}>
              Disconnect
            </Button>
          )}
        </span>
      </Field>
    </form>
  );
}
