import { Observation } from './observation';

/** An object that may change what a proxy does, as far as the rule looks at it. */
export interface ProxyChange {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
}

const DOES: Readonly<Record<string, string>> = {
  EnvoyFilter: 'patches proxies',
  WasmPlugin: 'runs code in proxies',
  TrafficExtension: 'runs code in proxies',
  Sidecar: 'changes the ports that proxies listen on',
};

/** ZT111: what changes proxies, so that they may do something else than their policies say, in the namespaces that intents are for and in the root namespace. */
export function unevaluated(changes: readonly ProxyChange[], isMeant: (namespace: string) => boolean): Observation[] {
  return changes.filter(({ kind, namespace }) => DOES[kind] !== undefined && isMeant(namespace)).map(({ kind, namespace, name, path }) => ({
    rule: 'ZT111',
    path,
    message: `${kind} '${namespace}/${name}' ${DOES[kind]}, which no test of the intents sees; look at whether what they enforce still holds`,
  }));
}

/** ZT111 of pods whose proxy is, or starts with, what somebody else made. */
export function ownProxy(path: string, how: string): Observation {
  return { rule: 'ZT111', path, message: `the proxy of '${path}' ${how}, which no test of the intents sees; look at whether what they enforce still holds` };
}
