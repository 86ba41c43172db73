import { useState } from "react";
import { Button } from "../kit/controls/button.tsx";
import { settings } from "../settings.ts";

const field = "h-8 w-full rounded-md border border-control-line bg-surface px-2.5";

/** Asks for the user and password that the server was started with. */
export function SignIn({ wrong }: { wrong: boolean }) {
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  return (
    <main className="flex h-full items-start justify-center px-4 pt-[18vh]">
      <form
        className="flex w-full max-w-80 flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          settings.set({ authString: `${user}:${password}` });
        }}
      >
        <h1 className="text-lg font-strong">Sign in</h1>
        <p className="text-muted">
          {wrong ? "The server refused what this browser remembers." : "This server asks who you are."}
        </p>
        <label>
          User
          <input
            className={field}
            autoComplete="username"
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
        <Button type="submit" look="primary" size="md">
          Sign in
        </Button>
      </form>
    </main>
  );
}
