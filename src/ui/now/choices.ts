import { z } from "zod";
import type { PausedRun } from "../../schema/overview.ts";
import type { Json } from "../../schema/scalars.ts";

/** An answer that takes one press. */
export interface Choice {
  label: string;
  input: Json;
}

const Property = z.object({
  type: z.string().optional(),
  title: z.string().optional(),
  enum: z.array(z.union([z.string(), z.number()])).optional(),
});
const OneOf = z.object({ properties: z.record(z.string(), Property) });

const mostChoices = 4;
/** A yes or no under one of these names is the answer itself. */
const asksToApprove =
  /^(value|answer|response|ok|confirm|confirmed|go|release|proceed|continue|accept|approv)/i;

/** The buttons of a form that asks for one yes or no, or for one of a few; none where it has to be filled in. */
export function choicesOf(form: PausedRun["form"]): readonly Choice[] {
  const { success, data } = OneOf.safeParse(form?.schema);
  const [first, ...others] = success ? Object.entries(data.properties) : [];
  if (!first || others.length > 0) return [];
  const [key, { type, title = key, enum: values }] = first;
  if (values && values.length <= mostChoices)
    return values.map((value) => ({ label: String(value), input: { [key]: value } }));
  if (type !== "boolean") return [];
  const labels = asksToApprove.test(key) ? ["Approve", "Reject"] : [`${title}: yes`, `${title}: no`];
  return [true, false].map((value, at) => ({ label: labels[at] ?? "", input: { [key]: value } }));
}

/** The first line of what a run says it wants, without the marks of Markdown. */
export function questionOf(form: PausedRun["form"]): string | undefined {
  const line = form?.description?.split("\n").find((text) => text.trim() !== "");
  return line
    ?.replace(/^#+\s*/, "")
    .replaceAll(/[*_`]{1,2}(\S(?:.*?\S)?)[*_`]{1,2}/g, "$1")
    .trim();
}
