/** What some work gives, and the CPU seconds that it takes. */
export function timed<T>(run: () => T): { readonly seconds: number; readonly result: T } {
  const start = process.cpuUsage();
  const result = run();
  const { user, system } = process.cpuUsage(start);
  return { seconds: (user + system) / 1e6, result };
}
