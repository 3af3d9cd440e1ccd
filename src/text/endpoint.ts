/** An end of a connection in words. */

/** `address:port`, with brackets around an IPv6 address. */
export function endpointText({ address, port }: { readonly address: string; readonly port: number }): string {
  return hostPortText(address, port);
}

/** The same for a host that may be a name. */
export function hostPortText(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
