import net from "node:net";
import tls from "node:tls";
import WebSocket from "ws";
import { socketUrl } from "../client/client.ts";
import type { OpenSocket } from "../client/events.ts";

/** Opens sockets below the API's base with `ws`: unlike the built-in WebSocket it can ping, and be unreferenced. */
export const openSockets =
  (baseUrl: string): OpenSocket =>
  (path, listener) => {
    let raw: net.Socket | undefined;
    let isHeld = true;
    const hold = (held: boolean) => {
      isHeld = held;
      if (held) raw?.ref();
      else raw?.unref();
    };
    const url = new URL(socketUrl(baseUrl, path));
    const socket = new WebSocket(url, ["prefect"], {
      perMessageDeflate: false,
      handshakeTimeout: 10_000,
      // An all-zero mask: masks protect proxies from scripts in browsers, and cost a fifth of the sending time.
      generateMask: () => {},
      createConnection: () => {
        const port = Number(url.port) || (url.protocol === "wss:" ? 443 : 80);
        const host = url.hostname.replace(/^\[|\]$/g, "");
        raw =
          url.protocol === "wss:"
            ? tls.connect({ host, port, ...(net.isIP(host) ? {} : { servername: host }) })
            : net.connect({ host, port });
        hold(isHeld);
        return raw;
      },
    });
    socket.on("open", () => listener.onOpen());
    socket.on("message", (data) => listener.onMessage(String(data)));
    socket.on("pong", () => listener.onPong());
    // An error is always followed by a close event, which is handled.
    socket.on("error", () => {});
    socket.on("close", () => listener.onClose());
    return {
      send: (text) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(text);
      },
      ping: () => {
        if (socket.readyState === WebSocket.OPEN) socket.ping();
      },
      close: () => {
        hold(false);
        if (socket.readyState === WebSocket.CONNECTING) socket.terminate();
        else socket.close(1000);
      },
      hold,
    };
  };
