import type { Json } from "../../schema/scalars.ts";
import type { Call } from "./calls.ts";
import { BlockData, type Message } from "./messages.ts";

/** The call of a block in which everything is up to the user, with `{{ … }}` where the message and secrets go. */
export function customCall(data: Json, message: Message): Call {
  const { secrets, name, url, method, params, form_data, json_data, headers, cookies } = data;
  const values = { ...(isMap(secrets) ? secrets : {}), ...message, name };
  const filled = (value: unknown) => fill(value, values);
  const address = new URL(String(filled(url)));
  const filledParams = new BlockData({ params: filled(params) }).map("params");
  for (const [key, value] of Object.entries(filledParams)) address.searchParams.append(key, value);
  const more = new BlockData({ headers: filled(headers), cookies: filled(cookies) });
  const cookie = Object.entries(more.map("cookies")).map(([key, value]) => `${key}=${value}`);
  const { type, body } = content(filled(json_data), filled(form_data));
  return {
    method: typeof method === "string" ? method : "POST",
    url: address.href,
    headers: {
      ...(type === undefined ? {} : { "content-type": type }),
      ...(cookie.length > 0 ? { cookie: cookie.join("; ") } : {}),
      ...lowerCased(more.map("headers")),
    },
    ...(body === undefined ? {} : { body }),
    ...(typeof data.timeout === "number" ? { seconds: data.timeout } : {}),
    allowsPrivate: data.allow_private_urls !== false,
  };
}

function content(json: unknown, form: unknown): { type?: string; body?: string } {
  if (json !== null && json !== undefined) return { type: "application/json", body: JSON.stringify(json) };
  if (typeof form === "string") return { body: form };
  if (!isMap(form)) return {};
  const fields = Object.entries(form).map(([key, value]): [string, string] => [key, String(value)]);
  return { type: "application/x-www-form-urlencoded", body: new URLSearchParams(fields).toString() };
}

const isMap = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const lowerCased = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** A text that is one placeholder and nothing else becomes the value itself, whatever that is. */
function fill(value: unknown, values: Json): unknown {
  if (typeof value === "string") {
    const whole = /^\{\{\s*([\w.-]+)\s*\}\}$/.exec(value)?.[1];
    if (whole !== undefined) return placeholderValue(whole, values);
    return value.replace(/\{\{\s*([\w.-]+)\s*\}\}/g, (_, name: string) =>
      String(placeholderValue(name, values)),
    );
  }
  if (Array.isArray(value)) return value.map((inner) => fill(inner, values));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner, values)]));
}

function placeholderValue(name: string, values: Json): unknown {
  if (Object.hasOwn(values, name)) return values[name];
  throw new Error(`{{ ${name} }} is neither subject, body, name nor a key of the block's secrets`);
}
