import type { Json } from "../../schema/scalars.ts";
import { addressCall, contents } from "./address-forms.ts";
import { type Call, posted } from "./calls.ts";
import { customCall } from "./custom-webhook.ts";
import { BlockData, type Message, type NotifyType } from "./messages.ts";

/** How a message gets to each kind of receiver: the calls that have to be made. Throws what a block lacks. */
export const receivers: Record<string, (data: Json, message: Message) => Call[]> = {
  "slack-webhook": byAddress("slack"),
  "ms-teams-webhook": byAddress("teams"),
  "discord-webhook": (data, message) => {
    const block = new BlockData(data);
    const [id, token] = [block.text("webhook_id"), block.text("webhook_token")].map(encodeURIComponent);
    const more = {
      username: block.optional("botname"),
      avatar_url: block.optional("avatar_url"),
      tts: data.tts === true,
    };
    return [
      posted(`https://discord.com/api/webhooks/${id}/${token}`, { ...contents.discord(message), ...more }),
    ];
  },
  "mattermost-webhook": (data, message) => {
    const block = new BlockData(data);
    const path = (block.optional("path") ?? "").replace(/^\/+|\/+$/g, "");
    const port = typeof data.port === "number" ? data.port : 8065;
    const origin = `${data.secure === true ? "https" : "http"}://${block.text("hostname")}:${port}`;
    const url = `${origin}/${path === "" ? "" : `${path}/`}hooks/${encodeURIComponent(block.text("token"))}`;
    const channels = block.list("channels");
    const to = channels.length > 0 ? channels : [undefined];
    const username = block.optional("botname");
    return to.map((channel) =>
      posted(
        url,
        { ...contents.mattermost(message), channel: channel?.replace(/^#/, ""), username },
        { allowsPrivate: true },
      ),
    );
  },
  "pager-duty-webhook": (data, message) => {
    const block = new BlockData(data);
    const link = block.optional("clickable_url");
    const event = {
      routing_key: block.text("integration_key"),
      event_action: "trigger",
      client: "Praetor",
      payload: {
        summary: oneLine(message).slice(0, 1024),
        source: block.optional("source") ?? "Praetor",
        severity: severities[block.notifyType()],
        component: block.optional("component"),
        group: block.optional("group"),
        class: block.optional("class_id"),
        custom_details: { ...block.map("custom_details"), body: message.body },
      },
      ...(link === undefined ? {} : { links: [{ href: link, text: message.subject }] }),
    };
    const host = data.region_name === "eu" ? "events.eu.pagerduty.com" : "events.pagerduty.com";
    return [posted(`https://${host}/v2/enqueue`, event)];
  },
  "opsgenie-webhook": (data, message) => {
    const block = new BlockData(data);
    const kinds = { user: "username", team: "name", schedule: "name", escalation: "name" };
    const responders = Object.entries(kinds).flatMap(([type, key]) =>
      block.list(`target_${type}`).map((name) => ({ type, [key]: name })),
    );
    const alert = {
      message: message.subject.slice(0, 130),
      description: message.body.slice(0, 15_000),
      alias: block.optional("alias"),
      entity: block.optional("entity"),
      source: "Praetor",
      tags: block.list("tags"),
      details: block.map("details"),
      // Opsgenie counts the other way round: its first priority is the highest.
      priority: typeof data.priority === "number" ? `P${6 - data.priority}` : "P3",
    };
    const host = data.region_name === "eu" ? "api.eu.opsgenie.com" : "api.opsgenie.com";
    const authorization = `GenieKey ${block.text("apikey")}`;
    const requested = (some: object[]) =>
      posted(`https://${host}/v2/alerts`, { ...alert, responders: some }, { headers: { authorization } });
    if (data.batch === true || responders.length === 0) return [requested(responders)];
    return responders.map((one) => requested([one]));
  },
  "twilio-sms": (data, message) => {
    const block = new BlockData(data);
    const account = block.text("account_sid");
    const url = `https://api.twilio.com/2010-04-01/Accounts/${encodeURIComponent(account)}/Messages.json`;
    const credentials = Buffer.from(`${account}:${block.text("auth_token")}`).toString("base64");
    const headers = {
      authorization: `Basic ${credentials}`,
      "content-type": "application/x-www-form-urlencoded",
    };
    const Body = `${message.subject}\n${message.body}`.slice(0, 1600);
    return block.list("to_phone_numbers").map((to) => {
      const form = new URLSearchParams({
        From: dialled(block.text("from_phone_number")),
        To: dialled(to),
        Body,
      });
      return { method: "POST", url, headers, body: form.toString() };
    });
  },
  "sendgrid-email": (data, message) => {
    const block = new BlockData(data);
    const mail = {
      personalizations: block.list("to_emails").map((email) => ({ to: [{ email }] })),
      from: { email: block.text("sender_email") },
      subject: message.subject,
      content: [{ type: "text/plain", value: message.body }],
    };
    const authorization = `Bearer ${block.text("api_key")}`;
    return [posted("https://api.sendgrid.com/v3/mail/send", mail, { headers: { authorization } })];
  },
  "custom-webhook": (data, message) => [customCall(data, message)],
};

const severities: Record<NotifyType, string> = {
  info: "info",
  success: "info",
  warning: "warning",
  failure: "critical",
};

function byAddress(form: "slack" | "teams") {
  return (data: Json, message: Message): Call[] => {
    const call = addressCall(form, new BlockData(data).text("url"), message);
    return [{ ...call, allowsPrivate: data.allow_private_urls !== false }];
  };
}

const oneLine = ({ subject, body }: Message) => `${subject}: ${body}`.replace(/\s+/g, " ");
const dialled = (number: string) => (/^\d/.test(number) ? `+${number}` : number);
