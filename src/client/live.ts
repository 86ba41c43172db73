import { settled } from "../schema/exact-bodies.ts";
import { parseExact } from "../schema/exact-json.ts";
import { type Change, LiveFrame, livePath, type Scope } from "../schema/live.ts";
import { openSocket, type SocketOptions, type SocketStatus } from "./authenticated-socket.ts";

export type LiveStatus = SocketStatus;

export interface LiveOptions
  extends Pick<SocketOptions, "baseUrl" | "authString" | "apiKey" | "onStatus" | "onRefused"> {
  /** Sequence number to start after; default: now. */
  since?: number;
  /** Called for each committed change of the scopes, in order, once. */
  onChanges: (changes: Change[], seq: number) => void;
  /** Changes were missed: all data must be read again. */
  onReset: () => void;
}

export interface Live {
  /** Replaces the scopes. */
  subscribe(scopes: readonly Scope[]): void;
  /** The last seq applied, if any. */
  readonly seq: number | null;
  close(): void;
}

/** The live channel: one socket that resumes from the last seq after every loss of the connection. */
export function connectLive(options: LiveOptions): Live {
  const { since, onChanges, onReset, ...contact } = options;
  let scopes: readonly Scope[] = [];
  let seq: number | null = since ?? null;
  const ask = () => socket.send({ type: "subscribe", scopes, since: seq });
  const socket = openSocket({
    ...contact,
    path: livePath,
    onReady: ask,
    onText(text) {
      const frame = LiveFrame.parse(settled(LiveFrame, parseExact(text)));
      seq = frame.seq;
      if (frame.type === "reset") onReset();
      else onChanges(frame.changes, frame.seq);
    },
  });
  return {
    get seq() {
      return seq;
    },
    subscribe(next) {
      scopes = next;
      ask();
    },
    close: () => socket.close(),
  };
}
