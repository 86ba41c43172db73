import { isWritten } from "../../schema/exact-json.ts";
import type { Json } from "../../schema/scalars.ts";
import { hydrateObject, variablesOf } from "../hydration.ts";
import type { ActionContext } from "./action-context.ts";
import { valuesFor } from "./template-values.ts";
import { fillTemplate, isTemplate } from "./templates.ts";

type Fill = (template: string) => string;

/** Parameters with all templates rendered and all `__prefect_kind` values resolved. */
export async function hydratedParameters(context: ActionContext, parameters: Json): Promise<Json> {
  const { tx, task, functions } = context;
  const templates = templatesIn(parameters);
  const values = templates.length > 0 ? await valuesFor(tx, task, templates) : {};
  const filled = Object.entries(parameters).map(([key, value]) => [
    key,
    fillIn(value, (template) => fillTemplate(template, values, functions)),
  ]);
  return hydrateObject(Object.fromEntries(filled), variablesOf(tx));
}

/** All templates in a value. */
export function templatesIn(value: unknown): string[] {
  if (typeof value === "string") return isTemplate(value) ? [value] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(templatesIn) : [];
}

function fillIn(value: unknown, fill: Fill): unknown {
  if (typeof value === "string") return isTemplate(value) ? filledText(value, fill) : value;
  if (Array.isArray(value)) return value.map((inner) => fillIn(inner, fill));
  if (typeof value !== "object" || value === null || isWritten(value)) return value;
  const kind = "__prefect_kind" in value ? value.__prefect_kind : undefined;
  if (kind === "jinja" && "template" in value && typeof value.template === "string") {
    return fill(value.template);
  }
  if (kind === "json" && "value" in value) {
    const { value: inner } = value;
    return { ...value, value: typeof inner === "string" ? fill(inner) : fillIn(inner, fill) };
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fillIn(inner, fill)]));
}

const oneExpression = /^\{\{((?:(?!\}\}|\{\{)[\s\S])*)\}\}$/;

/** A text that is a single expression becomes its value, for instance a number or a list. */
function filledText(text: string, fill: Fill): unknown {
  const [, expression] = oneExpression.exec(text.trim()) ?? [];
  if (expression === undefined) return fill(text);
  try {
    return JSON.parse(fill(`{{ (${expression}) | tojson }}`));
  } catch {
    return fill(text);
  }
}
