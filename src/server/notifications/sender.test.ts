import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { blockDocuments } from "../../schema/block-documents.ts";
import { blockSchemas } from "../../schema/block-schemas.ts";
import { blockTypes } from "../../schema/block-types.ts";
import type { Json } from "../../schema/scalars.ts";
import { createWorld, type World } from "../../testing/world.ts";
import { Documents } from "../blocks/documents.ts";
import { seedBlocks } from "../blocks/seeds.ts";
import { Vault } from "../blocks/vault.ts";
import { receivers } from "./receivers.ts";
import { Sender } from "./sender.ts";

let world: World;
let sender: Sender;
let received: { method: string; url: string; headers: IncomingMessage["headers"]; body: string }[];
let answer: (response: ServerResponse, request: IncomingMessage) => void;
let receiver: Server;
let origin: string;

beforeEach(async () => {
  world = await createWorld();
  await seedBlocks(world.store);
  const vault = new Vault(world.store, world.settings);
  sender = new Sender(new Documents(world.store, vault, world.now));
  received = [];
  answer = (response) => response.end("ok");
  receiver = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => {
      received.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body });
      answer(response, request);
    });
  });
  const port = await listening(receiver);
  origin = `http://127.0.0.1:${port}`;
});
afterEach(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await world.close();
});

interface Listener {
  listen(port: number, host: string, listening: () => void): unknown;
  address(): unknown;
}
const listening = (server: Listener) =>
  new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address && "port" in address ? Number(address.port) : 0);
    });
  });

async function block(slug: string, data: Json): Promise<string> {
  const { id: block_type_id } = await world.call(blockTypes.readBySlug, { slug });
  const [schema] = await world.call(blockSchemas.filter, {
    block_schemas: { block_type_id: { any_: [block_type_id] } },
  });
  const kind = { block_type_id, block_schema_id: String(schema?.id) };
  const { id } = await world.call(blockDocuments.create, { ...kind, data, is_anonymous: true });
  return id;
}
const message = { subject: "Flow failed", body: "etl failed after 3 attempts" };
const reported = () => received.map(({ body }) => JSON.parse(body));

test("Slack, Teams and Mattermost are told by webhook", async () => {
  const path = "/services/T0/B0/token";
  for (const id of [
    await block("slack-webhook", { url: `${origin}${path}` }),
    await block("ms-teams-webhook", { url: `${origin}/workflows/1?sig=abc` }),
    await block("mattermost-webhook", {
      ...{
        hostname: "127.0.0.1",
        port: Number(new URL(origin).port),
        token: "t0k",
        channels: ["#ops", "dev"],
      },
    }),
  ]) {
    expect(await sender.notify(id, message)).toEqual({
      isDelivered: true,
      status: 200,
      detail: "Answered 200: ok",
    });
  }
  expect(received.map(({ method, url }) => `${method} ${url}`)).toEqual([
    ...[`POST ${path}`, "POST /workflows/1?sig=abc", "POST /hooks/t0k", "POST /hooks/t0k"],
  ]);
  const [slack, teams, ops, dev] = reported();
  expect(slack).toEqual({ text: "*Flow failed*\netl failed after 3 attempts" });
  expect(teams.attachments[0].content.body.map(({ text }: { text: string }) => text)).toEqual([
    ...["Flow failed", "etl failed after 3 attempts"],
  ]);
  expect([ops.channel, dev.channel].sort()).toEqual(["dev", "ops"]);
});

test("addresses in the form of Apprise are understood", async () => {
  const host = new URL(origin).host;
  const id = await block("slack-webhook", { url: `json://${host}/in/here?x=1` });
  expect(await sender.notify(id, message)).toMatchObject({ isDelivered: true });
  expect(received[0]?.url).toBe("/in/here?x=1");
  expect(reported()).toEqual([{ title: message.subject, message: message.body }]);
  const urlOf = (url: string) => receivers["slack-webhook"]?.({ url }, message)[0]?.url;
  expect(urlOf("slack://bot@T1234/B56/abCD")).toBe("https://hooks.slack.com/services/T1234/B56/abCD");
  expect(urlOf("discord://123/AbC")).toBe("https://discord.com/api/webhooks/123/AbC");
  expect(urlOf("workflows://prod.logic.azure.com:443/W/S")).toMatch(
    /^https:\/\/prod\.logic\.azure\.com:443\/workflows\/W\/triggers\/manual\/paths\/invoke\?.*&sig=S$/,
  );
});

test("a custom webhook is filled in with the message and its secrets", async () => {
  const id = await block("custom-webhook", {
    name: "pager",
    url: `${origin}/{{name}}`,
    params: { to: "{{ subject }}" },
    json_data: { text: "{{subject}}: {{body}}", level: "{{level}}", list: ["{{key}}"] },
    headers: { "X-Key": "{{key}}" },
    cookies: { session: "{{key}}" },
    secrets: { key: "s3cret", level: 3 },
  });
  expect(await sender.notify(id, message)).toMatchObject({ isDelivered: true });
  expect(received[0]).toMatchObject({
    url: "/pager?to=Flow+failed",
    headers: { "x-key": "s3cret", cookie: "session=s3cret", "content-type": "application/json" },
  });
  expect(reported()).toEqual([
    { text: "Flow failed: etl failed after 3 attempts", level: 3, list: ["s3cret"] },
  ]);
  const wrong = await block("custom-webhook", { name: "x", url: `${origin}/{{nobody}}` });
  expect(await sender.notify(wrong, message)).toMatchObject({
    isDelivered: false,
    detail: expect.stringContaining("{{ nobody }}"),
  });
});

test("a form is sent as a form, a text as it is", async () => {
  const shared = { name: "x", url: origin, method: "PUT" };
  await sender.notify(await block("custom-webhook", { ...shared, form_data: { text: "{{body}}" } }), message);
  await sender.notify(await block("custom-webhook", { ...shared, form_data: "<b>{{subject}}</b>" }), message);
  expect(received).toMatchObject([
    { method: "PUT", body: "text=etl+failed+after+3+attempts" },
    { method: "PUT", body: "<b>Flow failed</b>" },
  ]);
});

test("a webhook is called with what it is given", async () => {
  const id = await block("webhook", { url: `${origin}/hook`, headers: { Authorization: "Bearer x" } });
  expect(await sender.callWebhook(id, '{"a": 1}')).toMatchObject({ isDelivered: true, status: 200 });
  expect(await sender.callWebhook(id, { b: 2 })).toMatchObject({ isDelivered: true });
  expect(await sender.callWebhook(id, "")).toMatchObject({ isDelivered: true });
  expect(received.map(({ body }) => body)).toEqual(['{"a": 1}', '{"b":2}', ""]);
  expect(received[0]?.headers).toMatchObject({
    authorization: "Bearer x",
    "content-type": "application/json",
    "user-agent": "Praetor",
  });
});

test.each([
  ["an address of this machine", () => origin],
  ["a name of this machine", () => origin.replace("127.0.0.1", "localhost")],
  ["the same written as one number", () => origin.replace("127.0.0.1", "2130706433")],
  ["an address of version 6 that means the same", () => origin.replace("127.0.0.1", "[::ffff:127.0.0.1]")],
  ["an address of a cloud's own", () => "http://169.254.169.254/latest"],
  ["an address of a private network", () => "http://10.1.2.3/"],
])("%s is called only where private addresses are allowed", async (_, url) => {
  for (const slug of ["webhook", "custom-webhook", "slack-webhook"]) {
    const id = await block(slug, { name: "x", url: url(), allow_private_urls: false });
    const delivery = await (slug === "webhook" ? sender.callWebhook(id, "") : sender.notify(id, message));
    expect(delivery).toMatchObject({ isDelivered: false, status: null });
    expect(delivery.detail).toContain("private");
  }
  expect(received).toEqual([]);
});

test("a redirect is not followed", async () => {
  answer = (response) => response.writeHead(302, { location: `${origin}/elsewhere` }).end();
  const id = await block("webhook", { url: origin, headers: { authorization: "x" } });
  expect(await sender.callWebhook(id, "")).toMatchObject({ isDelivered: false, status: 302 });
  expect(received).toHaveLength(1);
});

test("errors are reported without the secrets of the block", async () => {
  answer = (response, request) => response.writeHead(400).end(`no such hook: ${request.url}`);
  const id = await block("slack-webhook", { url: `${origin}/services/T1/B2/verysecrettoken` });
  expect(await sender.notify(id, message)).toEqual({
    isDelivered: false,
    status: 400,
    detail: "Answered 400: no such hook: /services/T1/B2/********",
  });
  receiver.closeAllConnections();
  receiver.close();
  expect((await sender.notify(id, message)).detail).toMatch(/ECONNREFUSED/);
  const notUrl = await block("webhook", { url: "token-without-scheme" });
  expect((await sender.callWebhook(notUrl, "")).detail).toBe("The address is not a valid URL.");
  expect((await sender.notify(notUrl, message)).detail).toMatch(/'webhook' cannot carry notifications/);
  const unknown = "00000000-0000-4000-8000-000000000000";
  expect((await sender.notify(unknown, message)).detail).toBe(`Block document ${unknown} not found.`);
  const empty = await block("sendgrid-email", {});
  expect((await sender.notify(empty, message)).detail).toMatch(/a text in the field 'api_key'|sender_email/);
});

test("a receiver that does not answer is given up", async () => {
  answer = () => {};
  const id = await block("custom-webhook", { name: "x", url: origin, timeout: 0.2 });
  expect(await sender.notify(id, message)).toEqual({
    isDelivered: false,
    status: null,
    detail: "No answer within 0.2 seconds.",
  });
});

test("an answer without an end is read no further than it matters", async () => {
  answer = (response) => {
    const more = setInterval(() => response.write("x".repeat(1000)), 5);
    response.on("close", () => clearInterval(more));
  };
  const id = await block("webhook", { url: origin });
  const { isDelivered, detail } = await sender.callWebhook(id, "");
  expect(isDelivered).toBe(true);
  expect(detail.length).toBeLessThan(2100);
});

test.each([
  [
    "discord-webhook",
    { webhook_id: "1", webhook_token: "t", botname: "me" },
    "https://discord.com/api/webhooks/1/t",
    { username: "me", embeds: [{ title: message.subject, description: message.body }] },
  ],
  [
    "pager-duty-webhook",
    {
      integration_key: "k",
      api_key: "a",
      notify_type: "failure",
      region_name: "eu",
      clickable_url: "https://x.y",
    },
    "https://events.eu.pagerduty.com/v2/enqueue",
    {
      routing_key: "k",
      event_action: "trigger",
      payload: { summary: "Flow failed: etl failed after 3 attempts", severity: "critical" },
      links: [{ href: "https://x.y" }],
    },
  ],
  [
    "opsgenie-webhook",
    { apikey: "k", target_team: ["ops"], target_user: ["me"], batch: true, priority: 5 },
    "https://api.opsgenie.com/v2/alerts",
    {
      message: "Flow failed",
      priority: "P1",
      responders: [
        { type: "user", username: "me" },
        { type: "team", name: "ops" },
      ],
    },
  ],
  [
    "sendgrid-email",
    { api_key: "k", sender_email: "a@b.c", to_emails: ["d@e.f"] },
    "https://api.sendgrid.com/v3/mail/send",
    { subject: "Flow failed", personalizations: [{ to: [{ email: "d@e.f" }] }], from: { email: "a@b.c" } },
  ],
])("%s gets what its service reads", (slug, data, url, body) => {
  const calls = receivers[slug]?.(data, message) ?? [];
  expect(calls.map((call) => call.url)).toEqual([url]);
  expect(JSON.parse(calls[0]?.body ?? "")).toMatchObject(body);
});

test("Twilio is asked for one message to each telephone", () => {
  const data = {
    account_sid: "AC",
    auth_token: "t",
    from_phone_number: "180",
    to_phone_numbers: ["1", "+2"],
  };
  const calls = receivers["twilio-sms"]?.(data, message) ?? [];
  expect(calls.map(({ body }) => new URLSearchParams(body).get("To"))).toEqual(["+1", "+2"]);
  expect(calls[0]?.headers?.authorization).toBe(`Basic ${Buffer.from("AC:t").toString("base64")}`);
});

test("e-mail is handed to a mail server", async () => {
  const lines: string[] = [];
  const server = createTcpServer((socket) => {
    let isData = false;
    let rest = "";
    socket.write("220 test\r\n");
    socket.on("data", (part) => {
      const parts = `${rest}${part}`.split("\r\n");
      rest = parts.pop() ?? "";
      for (const line of parts) {
        lines.push(line);
        if (isData && line !== ".") continue;
        if (line === "DATA") socket.write("354 go on\r\n");
        else if (/^EHLO/.test(line)) socket.write("250 test\r\n");
        else if (/^QUIT/.test(line)) socket.end("221 bye\r\n");
        else socket.write("250 fine\r\n");
        isData = line === "DATA";
      }
    });
  });
  const port = await listening(server);
  const shared = {
    host: "127.0.0.1",
    port,
    sender: "Flows <flows@example.org>",
    recipients: ["me@example.org"],
  };
  const id = await block("smtp-email", { ...shared, security: "none" });
  expect(await sender.notify(id, message)).toEqual({
    isDelivered: true,
    status: null,
    detail: "Answered 250 fine",
  });
  expect(lines).toEqual(
    expect.arrayContaining([
      ...["MAIL FROM:<flows@example.org>", "RCPT TO:<me@example.org>", "Subject: Flow failed", message.body],
    ]),
  );
  const safe = await block("smtp-email", shared);
  expect(await sender.notify(safe, message)).toMatchObject({
    isDelivered: false,
    detail: expect.stringMatching(/The mail server rejected the message: .*(TLS|SSL)/),
  });
  server.close();
});
