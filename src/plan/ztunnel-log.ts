import { callerOf, workloadOfPod, workloadSeen } from './identity';
import { Fields, fieldOf, jsonObject, linesOf, portOfAddress } from './json-fields';
import { LineReading, OF_THE_CLIENT, Outcome, Reading, readingOf, SeenCaller } from './observed-call';

/** Reads the access log of ztunnel, as text or as JSON: connections, and whose they are. */
export function readZtunnelLog(source: string, text: string): Reading {
  return readingOf(source, linesOf(text).map(({ number, line }) => ({ number, read: readLine(line) })));
}

function readLine(line: string): LineReading {
  const fields = line.startsWith('{') ? jsonObject(line) : fieldsOfText(line);
  if (typeof fields === 'string') { return { unread: fields }; }
  if (fields.scope !== 'access') { return { ignored: 'no line of the access log' }; }
  if (fields.message === 'connection opened') { return { ignored: 'tells of the beginning of a connection, whose end is told, too' }; }
  const direction = fieldOf(fields, 'direction');
  if (direction === 'outbound') { return OF_THE_CLIENT; }
  if (direction !== 'inbound') { return { unread: "has no direction 'inbound' or 'outbound'" }; }
  const pod = fieldOf(fields, 'dst.workload');
  const to = workloadSeen(fieldOf(fields, 'dst.namespace'), pod === undefined ? undefined : workloadOfPod(pod));
  if (!to) { return { unread: "has no 'dst.workload' and 'dst.namespace'" }; }
  const port = portOfAddress(fieldOf(fields, 'dst.hbone_addr', 'dst.addr'));
  return { call: { caller: callerIn(fields), to, ...port === undefined ? {} : { port }, request: { kind: 'connection' }, ...outcomeOf(fields), count: 1 } };
}

/** `2026-11-27T10:00:00Z info access connection complete src.addr=… src.workload="web-…"`. */
function fieldsOfText(line: string): Fields {
  const [, scope, rest = ''] = /^\S+\s+\w+\s+(\S+)\s+(.*)$/.exec(line) ?? [];
  const pairs = [...rest.matchAll(/(?:^|\s)([a-z_.]+)=("(?:[^"\\]|\\.)*"|\S*)/g)];
  const message = rest.slice(0, pairs[0]?.index ?? rest.length).trim();
  return { ...Object.fromEntries(pairs.map(([, key, value]) => [key, value.replace(/^"(.*)"$/, '$1')])), scope, message };
}

function callerIn(fields: Fields): SeenCaller {
  const identity = fieldOf(fields, 'src.identity');
  if (identity !== undefined) { return callerOf(identity); }
  return fieldOf(fields, 'dst.hbone_addr') === undefined ? { kind: 'plaintext' } : { kind: 'unknown', answer: "ztunnel names the caller as 'src.identity'; see why it has none" };
}

function outcomeOf(fields: Fields): { readonly outcome: Outcome; readonly answered?: string } {
  const error = fieldOf(fields, 'error');
  if (error === undefined) { return { outcome: 'passed' }; }
  return { outcome: /policy rejection|denied/i.test(error) ? 'denied' : 'failed', answered: error };
}
