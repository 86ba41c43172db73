import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import { automationTools } from "../../../schema/automation-tools.ts";
import { WholeTrigger } from "../../../schema/triggers.ts";
import { clientOf, useIsPraetor } from "../../api.ts";
import type { TriggerDraft } from "../model/drafts.ts";

const typingPause = 500;

/** When the trigger would have fired in the last days; not asked for while the trigger is wrong. */
export function usePreview(trigger: TriggerDraft, days: number) {
  const isPraetor = useIsPraetor();
  const { data: valid } = WholeTrigger.safeParse(trigger);
  // Ids are new with each reading.
  const key = useDeferredValue(JSON.stringify(trigger));
  const source = useQuery({
    queryKey: ["automation-tools", "preview", key, days],
    queryFn: async ({ client, signal }) => {
      await new Promise((resolve) => setTimeout(resolve, typingPause));
      signal.throwIfAborted();
      return clientOf(client).call(automationTools.preview, { trigger: JSON.parse(key), days }, { signal });
    },
    enabled: isPraetor && valid !== undefined,
    placeholderData: keepPreviousData,
    meta: { live: "none" },
  });
  return { ...source, isPraetor, isValid: valid !== undefined };
}

/** Templates as they read for an event; undefined until they are rendered. */
export function useRendered(templates: readonly string[], eventId: string | undefined, name: string) {
  const key = useDeferredValue(JSON.stringify(templates));
  return useQuery({
    queryKey: ["automation-tools", "render", key, eventId, name],
    queryFn: async ({ client, signal }) => {
      await new Promise((resolve) => setTimeout(resolve, typingPause));
      signal.throwIfAborted();
      const input = { templates: JSON.parse(key), event_id: eventId ?? "", name };
      return clientOf(client).call(automationTools.render, input, { signal });
    },
    enabled: eventId !== undefined && templates.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
    meta: { live: "none" },
  });
}
