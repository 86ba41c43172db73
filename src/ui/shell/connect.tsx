import { QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { ApiError } from "../../client/client.ts";
import { type Api, ApiContext } from "../api.ts";
import { findServer } from "../find-server.ts";
import { LiveContext, type LiveHub, startLive } from "../live.ts";
import { onSessionChange } from "../session.ts";
import { useSettings } from "../settings.ts";
import { Unreachable } from "./error-page.tsx";
import { SignIn } from "./sign-in.tsx";

type Found = { api: Api; hub: LiveHub };
/** The API that wants to know who asks; `wasIn`: it did know before. */
type Refused = { baseUrl: string; wasIn: boolean };

/** Finds the server, then gives everything below its client, its cache and its live channel. */
export function Connect({ children }: { children: ReactNode }) {
  const { apiUrl } = useSettings();
  const [attempt, setAttempt] = useState(0);
  const [found, setFound] = useState<Found | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [refused, setRefused] = useState<Refused | null>(null);
  const again = () => setAttempt((count) => count + 1);

  useEffect(() => onSessionChange(() => setAttempt((count) => count + 1)), []);
  useEffect(() => {
    let hub: LiveHub | undefined;
    let left = attempt < 0;
    setProblem(null);
    setRefused(null);
    const onUnauthorized = (baseUrl: string) => {
      if (left) return;
      setRefused({ baseUrl, wasIn: hub !== undefined });
      hub?.close();
    };
    findServer({ apiUrl, onUnauthorized }).then(
      (api) => {
        if (left) return;
        const opened = startLive(api);
        hub = opened;
        void opened.opened.then(() => left || setFound({ api, hub: opened }));
      },
      (error: unknown) => left || (error instanceof ApiError && error.status === 401) || setProblem(error),
    );
    return () => {
      left = true;
      hub?.close();
      setFound(null);
    };
  }, [apiUrl, attempt]);

  if (refused) return <SignIn {...refused} />;
  if (problem) return <Unreachable error={problem} onRetry={again} />;
  return found ? <Provided {...found}>{children}</Provided> : null;
}

/** What every component below may ask for. */
export function Provided({ api, hub, children }: Found & { children: ReactNode }) {
  return (
    <ApiContext value={api}>
      <QueryClientProvider client={api.queries}>
        <LiveContext value={hub}>{children}</LiveContext>
      </QueryClientProvider>
    </ApiContext>
  );
}
