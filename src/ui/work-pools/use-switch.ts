import type { Input, Route } from "../../schema/route.ts";
import { useCommand } from "../api.ts";
import { toast } from "../kit/overlays/toast.tsx";

/** Pauses what works and resumes what is paused; says what came of it. Both can be taken back, so nothing is asked. */
export function useSwitch<R extends Route>(
  route: R,
  isPaused: boolean,
  input: (isPaused: boolean) => Input<R>,
) {
  const command = useCommand(route);
  return {
    isBusy: command.isPending,
    flip: (what: string) =>
      command.mutate(input(!isPaused), {
        onSuccess: () => toast.done(`${what} is ${isPaused ? "resumed" : "paused"}`),
        onError: (error) => toast.failed(`${what} could not be ${isPaused ? "resumed" : "paused"}`, error),
      }),
  };
}
