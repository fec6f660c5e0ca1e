/** Something that is said of a destination. */
interface Said {
  readonly destination: string;
  toString(): string;
}

/** What is said, a line each. Of several ports of one workload it is said once: `shop/api:8080, any other port`. */
export function linesOf(all: readonly Said[]): string[] {
  const lines = new Map<string, { readonly line: string; readonly destination: string; readonly ports: string[] }>();
  for (const said of all) {
    const { destination } = said;
    const colon = destination.lastIndexOf(':');
    const [what, port] = [destination.slice(0, colon), destination.slice(colon + 1)];
    const line = said.toString();
    const key = line.replace(destination, what);
    const known = lines.get(key);
    if (known) known.ports.push(port);
    else lines.set(key, { line, destination, ports: [] });
  }
  return [...lines.values()].map(({ line, destination, ports }) => line.replace(destination, [destination, ...ports].join(', ')));
}
