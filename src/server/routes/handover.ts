import { handover } from "../../schema/handover.ts";
import { type Api, serve } from "../serve.ts";

/** Answers first, because the handover ends this server. */
export function serveHandover(api: Api, onHandover: (pid: number) => void): void {
  serve(api, handover.ask, ({ pid }, { env }) => {
    if (env.onSent) env.onSent(() => onHandover(pid));
    else onHandover(pid);
    return undefined;
  });
}
