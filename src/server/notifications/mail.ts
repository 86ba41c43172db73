import type { Json } from "../../schema/scalars.ts";
import { type Delivery, failed } from "./calls.ts";
import { BlockData, type Message } from "./messages.ts";

const patienceMs = 10_000;

/** Hands a message to a mail server. Does not throw. */
export async function sendMail(data: Json, { subject, body }: Message): Promise<Delivery> {
  const block = new BlockData(data);
  // Few send mail: the library is loaded by those who do.
  const { createTransport } = await import("nodemailer");
  const user = block.optional("username");
  const transport = createTransport({
    host: block.text("host"),
    port: typeof data.port === "number" ? data.port : 587,
    secure: data.security === "tls",
    requireTLS: data.security !== "none" && data.security !== "tls",
    ignoreTLS: data.security === "none",
    ...(user === undefined ? {} : { auth: { user, pass: block.optional("password") ?? "" } }),
    connectionTimeout: patienceMs,
    greetingTimeout: patienceMs,
    socketTimeout: patienceMs,
    dnsTimeout: patienceMs,
    // A message is text: nothing in it may name a file or an address to be read.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const mail = { from: block.text("sender"), to: block.list("recipients"), subject, text: body };
    const { response, rejected } = await transport.sendMail(mail);
    const detail = `Answered ${response}`;
    return rejected.length === 0
      ? { isDelivered: true, status: null, detail }
      : failed(`${detail}; refused for ${rejected.length} of ${mail.to.length} recipients.`);
  } catch (error) {
    return failed(`The mail server rejected the message: ${error instanceof Error ? error.message : error}.`);
  } finally {
    transport.close();
  }
}
