import type { BlockDocument } from "../../schema/block-documents.ts";
import type { Documents } from "../blocks/documents.ts";
import { secretPaths, split } from "../blocks/secrets.ts";
import { type Call, type Delivery, failed, send } from "./calls.ts";
import { lowerCased } from "./custom-webhook.ts";
import { redactor } from "./hiding.ts";
import { sendMail } from "./mail.ts";
import { BlockData, type Message } from "./messages.ts";
import { receivers } from "./receivers.ts";

/**
 * Sends what automations have to say, through blocks that name where to and with which credentials.
 *
 * Nothing here throws: a block that is missing or wrong, a receiver that does not answer within ten seconds or
 * answers that it does not want the message are all deliveries that did not succeed, with the reason in words. No
 * reason holds a secret of the block.
 *
 * `notify` takes the types with the capability `notify` that are there from the start (`blocks/notification-blocks.ts`);
 * `callWebhook` takes `webhook`. What is sent again because it is not known whether it came has the same `key` as
 * before: receivers see it in the header `idempotency-key`.
 */
export class Sender {
  readonly #documents: Documents;

  constructor(documents: Documents) {
    this.#documents = documents;
  }

  notify(blockDocumentId: string, message: Message, key?: string): Promise<Delivery> {
    return this.#through(blockDocumentId, async ({ data, block_type }) => {
      const slug = block_type?.slug ?? "";
      if (slug === "smtp-email") return sendMail(data, message);
      const callsOf = Object.hasOwn(receivers, slug) ? receivers[slug] : undefined;
      if (!callsOf) return failed(`Blocks of the type '${slug}' cannot carry notifications.`);
      return sendAll(callsOf(data, message).map((call, at) => keyed(call, key && `${key}.${at}`)));
    });
  }

  /** A payload that is no text is sent as JSON; an empty one is not sent. */
  callWebhook(blockDocumentId: string, payload: unknown, key?: string): Promise<Delivery> {
    return this.#through(blockDocumentId, async ({ data, block_type }) => {
      if (block_type?.slug === "webhook") return send(keyed(webhookCall(data, payload), key));
      return failed(`Expected a block of the type 'webhook', got '${block_type?.slug}'.`);
    });
  }

  async #through(id: string, deliver: (block: BlockDocument) => Promise<Delivery>): Promise<Delivery> {
    let hide = (text: string) => text;
    try {
      const block = await this.#documents.read(id, true);
      if (!block) return failed(`Block document ${id} not found.`);
      hide = redactorOf(block);
      const delivery = await deliver(block);
      return { ...delivery, detail: hide(delivery.detail) };
    } catch (error) {
      return failed(hide(`The block cannot be used: ${error instanceof Error ? error.message : error}.`));
    }
  }
}

const keyed = (call: Call, key: string | undefined): Call =>
  key === undefined ? call : { ...call, headers: { "idempotency-key": key, ...call.headers } };

/** All at once; what counts is the first that fails. */
async function sendAll(calls: readonly Call[]): Promise<Delivery> {
  const deliveries = await Promise.all(calls.map(send));
  const failure = deliveries.find(({ isDelivered }) => !isDelivered);
  return failure ?? deliveries[0] ?? failed("The block has no recipients.");
}

function webhookCall(data: BlockDocument["data"], payload: unknown): Call {
  const block = new BlockData(data);
  const body = typeof payload === "string" ? payload : JSON.stringify(payload ?? null);
  const isEmpty = payload === null || payload === undefined || payload === "";
  return {
    method: block.optional("method") ?? "POST",
    url: block.text("url"),
    headers: {
      ...(isEmpty ? {} : { "content-type": isJson(body) ? "application/json" : "text/plain; charset=utf-8" }),
      ...lowerCased(block.map("headers")),
    },
    ...(isEmpty ? {} : { body }),
    allowsPrivate: data.allow_private_urls !== false,
    verifies: data.verify !== false,
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Takes the secrets of a block out of a text. */
function redactorOf({ data, block_schema }: BlockDocument): (text: string) => string {
  const secrets = block_schema ? split(data, secretPaths(block_schema)).secrets : [];
  return redactor(secrets.flatMap(([, value]) => textsIn(value)));
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
