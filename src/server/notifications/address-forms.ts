import { type Call, posted } from "./calls.ts";
import type { Message } from "./messages.ts";

/** Payload formats of receivers with a single address. */
export const contents = {
  slack: ({ subject, body }: Message) => ({ text: `*${subject}*\n${body}` }),
  mattermost: ({ subject, body }: Message) => ({ text: `**${subject}**\n${body}` }),
  discord: ({ subject, body }: Message) => ({
    embeds: [{ title: subject.slice(0, 256), description: body.slice(0, 4096) }],
  }),
  json: ({ subject, body }: Message) => ({ title: subject, message: body }),
  teams: ({ subject, body }: Message) => ({
    type: "message",
    attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", content: card(subject, body) }],
  }),
};
type Form = keyof typeof contents;

const card = (subject: string, body: string) => ({
  $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
  type: "AdaptiveCard",
  version: "1.4",
  body: [
    { type: "TextBlock", text: subject, weight: "Bolder", size: "Medium", wrap: true },
    { type: "TextBlock", text: body, wrap: true },
  ],
});

interface Target {
  form: Form;
  url: string;
}

/** Of an address with a scheme of its own. Not read as a URL, which would write tokens in its host in small letters. */
interface AddressParts {
  host: string;
  /** With the colon. */
  port: string;
  path: string[];
  /** With the question mark. */
  query: string;
}

/** Addresses that name a receiver by their scheme, as Apprise writes them. */
const schemes: Record<string, (parts: AddressParts) => Target> = {
  slack: ({ host, path }) => ({
    form: "slack",
    url: `https://hooks.slack.com/services/${[host, ...path.slice(0, 2)].join("/")}`,
  }),
  discord: ({ host, path: [token = ""] }) => ({
    form: "discord",
    url: `https://discord.com/api/webhooks/${host}/${token}`,
  }),
  workflows: ({ host, port, path: [workflow = "", signature = ""] }) => ({
    form: "teams",
    url: `https://${host}${port}/workflows/${workflow}/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=${encodeURIComponent(signature)}`,
  }),
  mmost: (parts) => mattermost("http", parts),
  mmosts: (parts) => mattermost("https", parts),
  json: ({ host, port, path, query }) => ({
    form: "json",
    url: `http://${host}${port}/${path.join("/")}${query}`,
  }),
  jsons: ({ host, port, path, query }) => ({
    form: "json",
    url: `https://${host}${port}/${path.join("/")}${query}`,
  }),
};

const mattermost = (scheme: string, { host, port, path }: AddressParts): Target => ({
  form: "mattermost",
  url: `${scheme}://${host}${port || ":8065"}/${[...path.slice(0, -1), "hooks", path.at(-1)].join("/")}`,
});

/** The call for an address in any of its forms. `form` says what is read there where the address does not. */
export function addressCall(form: Form, address: string, message: Message): Call {
  const [, scheme = "", rest = ""] = /^([a-z]+):\/\/(.*)$/i.exec(address) ?? [];
  const own = schemes[scheme.toLowerCase()]?.(partsOf(rest)) ?? { form, url: address };
  return posted(own.url, contents[own.form](message));
}

function partsOf(rest: string): AddressParts {
  const pattern = /^(?:[^/@]*@)?([^/?#:]*)(:\d+)?([^?#]*)(\?[^#]*)?/;
  const [, host = "", port = "", path = "", query = ""] = pattern.exec(rest) ?? [];
  return { host, port, path: path.split("/").filter((part) => part !== ""), query };
}
