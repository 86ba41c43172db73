import { WebSocket } from "ws";

export type Message = Record<string, unknown> & { type?: string };

/** A client that buffers received messages. */
export class SocketClient {
  readonly socket: WebSocket;
  readonly #received: Message[] = [];
  readonly #waiting: ((message: Message) => void)[] = [];
  readonly opened: Promise<unknown>;
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(address: string, protocols: string[] = ["prefect"], headers: Record<string, string> = {}) {
    this.socket = new WebSocket(address, protocols, { headers });
    this.socket.on("message", (data) => {
      const message: Message = JSON.parse(String(data));
      const waiting = this.#waiting.shift();
      if (waiting) waiting(message);
      else this.#received.push(message);
    });
    this.opened = new Promise((done) => this.socket.once("open", done));
    this.closed = new Promise((done) =>
      this.socket.once("close", (code, reason) => done({ code, reason: String(reason) })),
    );
  }

  say(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  receive(): Promise<Message> {
    const message = this.#received.shift();
    return message ? Promise.resolve(message) : new Promise((done) => this.#waiting.push(done));
  }

  /** All messages received before the pong of a ping sent now. */
  async soFar(): Promise<Message[]> {
    await this.pong();
    return this.#received.splice(0);
  }

  pong(): Promise<unknown> {
    const pong = new Promise((done) => this.socket.once("pong", done));
    this.socket.ping();
    return pong;
  }
}

/** An authenticated client. */
export async function connectSocket(
  address: string,
  token: string | null = null,
  headers: Record<string, string> = {},
): Promise<SocketClient> {
  const ear = new SocketClient(address, ["prefect"], headers);
  await ear.opened;
  ear.say({ type: "auth", token });
  const answer = await ear.receive();
  if (answer.type !== "auth_success") throw new Error(`expected auth_success, got ${JSON.stringify(answer)}`);
  return ear;
}
