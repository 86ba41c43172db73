import { useIsPraetor } from "../../api.ts";
import { Section } from "../../kit/section.tsx";
import { actionLabels } from "../model/action-words.ts";
import type { ActionDraft, AutomationDraft } from "../model/drafts.ts";
import { useRendered } from "./use-preview.ts";

interface Props {
  draft: AutomationDraft;
  /** The latest event that would have fired it. */
  eventId: string | undefined;
}

interface Part {
  label: string;
  template: string;
}

const keys = ["subject", "body", "payload"] as const;
const labels = { subject: "Subject", body: "Text", payload: "Payload" } as const;
const mostParts = 10;

const partsOf = (action: ActionDraft): Part[] =>
  keys.flatMap((key) => {
    const template = action[key];
    return typeof template === "string" && template !== ""
      ? [{ label: `${actionLabels[action.type]}: ${labels[key].toLowerCase()}`, template }]
      : [];
  });

/** The texts of the actions as they would have read for the latest event. */
export function MessagePreview({ draft, eventId }: Props) {
  const isPraetor = useIsPraetor();
  const parts = draft.actions.flatMap(partsOf).slice(0, mostParts);
  const { data } = useRendered(
    parts.map(({ template }) => template),
    isPraetor ? eventId : undefined,
    draft.name,
  );
  if (parts.length === 0 || !data || eventId === undefined) return null;
  return (
    <Section title="Texts for the latest event">
      <dl className="flex flex-col gap-2">
        {parts.map(({ label }, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts are told apart by their place
          <div key={place}>
            <dt className="text-xs text-muted">{label}</dt>
            <dd className="rounded-md bg-sunken px-2 py-1 break-words whitespace-pre-wrap">
              {data[place]?.text ?? <span className="text-danger">{data[place]?.error}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
