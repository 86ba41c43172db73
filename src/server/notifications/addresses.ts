import { lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

const unreachable = new BlockList();
for (const [network, bits] of [
  ...([
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
    ["169.254.0.0", 16],
  ] as const),
  ...([
    ["172.16.0.0", 12],
    ["192.0.0.0", 24],
    ["192.0.2.0", 24],
    ["192.168.0.0", 16],
  ] as const),
  ...([
    ["198.18.0.0", 15],
    ["198.51.100.0", 24],
    ["203.0.113.0", 24],
    ["224.0.0.0", 3],
  ] as const),
]) {
  unreachable.addSubnet(network, bits, "ipv4");
}
// The last four carry addresses of version 4 within them.
for (const [network, bits] of [
  ...([
    ["::", 128],
    ["::1", 128],
    ["fc00::", 7],
    ["fe80::", 9],
    ["ff00::", 8],
    ["2001:db8::", 32],
  ] as const),
  ...([
    ["64:ff9b::", 32],
    ["2001::", 32],
    ["2002::", 16],
    ["::", 96],
  ] as const),
]) {
  unreachable.addSubnet(network, bits, "ipv6");
}

/** Whether an address is of this machine, of a private network or of none: everything but the open internet. */
const isPrivate = (address: string): boolean =>
  unreachable.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");

/** The host of a URL, when it is an address that may not be called. */
export function privateHost({ hostname }: URL): string | undefined {
  const address = hostname.replace(/^\[|\]$/g, "");
  return isIP(address) !== 0 && isPrivate(address) ? address : undefined;
}

/**
 * Resolves a name for a connection, and refuses private addresses. The connection uses the checked
 * address, so that DNS rebinding has no effect.
 */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, "", 0);
    const [first] = addresses;
    const refused = addresses.find(({ address }) => isPrivate(address));
    if (refused || !first) return callback(new Error(refusal(hostname)), "", 0);
    if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

export const refusal = (host: string): string =>
  `${host} is in a private network, and the block does not allow private URLs`;
