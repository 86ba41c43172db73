import { useState } from "react";
import { Button } from "../kit/controls/button.tsx";
import { signIn } from "../session.ts";
import { settings, useSettings } from "../settings.ts";

const field = "h-8 w-full rounded-md border border-control-line bg-surface px-2.5";

interface Props {
  /** Of the API that asks for the password. */
  baseUrl: string;
  /** Whether a session has just ended. */
  wasIn: boolean;
}

/** Asks for the user and password that the server was started with. */
export function SignIn({ baseUrl, wasIn }: Props) {
  const { apiUrl } = useSettings();
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const [refusal, setRefusal] = useState<string>();
  const [isPending, setPending] = useState(false);
  const submit = async () => {
    setPending(true);
    setRefusal(undefined);
    try {
      setRefusal(await signIn(baseUrl, { user, password }));
    } catch (error) {
      setRefusal(`The server cannot be reached. ${error instanceof Error ? error.message : String(error)}`);
    }
    setPending(false);
  };
  return (
    <main className="flex h-full items-start justify-center px-4 pt-[18vh]">
      <form
        className="flex w-full max-w-80 flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isPending) void submit();
        }}
      >
        <h1 className="text-lg font-strong">Sign in</h1>
        <p className="text-muted">
          {wasIn && "Your session has ended. "}
          User and password of the server at{" "}
          <span className="break-words text-fg">{new URL(baseUrl).host}</span>
        </p>
        <label>
          User
          <input
            className={field}
            autoComplete="username"
            required
            value={user}
            onChange={(e) => setUser(e.target.value)}
          />
        </label>
        <label>
          Password
          <input
            className={field}
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={(e) => setPassword(e.target.value)}
          />
        </label>
        {refusal && (
          <p role="alert" className="text-danger">
            {refusal}
          </p>
        )}
        <Button type="submit" variant="primary" size="md" aria-disabled={isPending}>
          Sign in
        </Button>
        {apiUrl && (
          <Button size="md" onClick={() => settings.set({ apiUrl: null })}>
            Use {location.host}
          </Button>
        )}
      </form>
    </main>
  );
}
