/** Go's `net.SplitHostPort`: the host without brackets, and what follows the last colon. Undefined where Go refuses. */
export function splitHostPort(text: string): { readonly host: string; readonly port: string } | undefined {
  const [, bracketed, host = bracketed, port] = /^(?:\[([^\]]*)\]|([^[\]:]*)):([^[\]:]*)$/s.exec(text) ?? [];
  return port === undefined || bracketed?.includes('[') ? undefined : { host, port };
}
