/** Headers of a proxy in front of the server. Any client can send them: trusted only when configured. */
export interface Forwarded {
  host: string | undefined;
  protocol: string | undefined;
  /** Of the client, as the proxy saw it. */
  address: string | undefined;
}

type Header = (name: string) => string | null | undefined;

export const nothingForwarded: Forwarded = { host: undefined, protocol: undefined, address: undefined };

export function forwarded(header: Header): Forwarded {
  const values = (name: string) => (header(name) ?? "").split(",").map((value) => value.trim());
  const host = values("x-forwarded-host")[0] ?? "";
  const protocol = values("x-forwarded-proto")[0] ?? "";
  // Each proxy appends to the end; earlier entries may be forged by the client.
  const address = values("x-forwarded-for").at(-1) ?? "";
  return {
    host: /^[\w.-]+(:\d{1,5})?$|^\[[\da-f:.]+\](:\d{1,5})?$/i.test(host) ? host : undefined,
    protocol: /^https?$/.test(protocol) ? protocol : undefined,
    address: /^[\da-f:.]{2,45}$/i.test(address) ? address : undefined,
  };
}
