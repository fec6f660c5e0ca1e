import { Clause, Conditions, Place } from './side';
import { HttpOperationData, hostValues, isHttp, OperationData } from '../intent/operation-data';
import { Dimension, DIMENSIONS } from '../policy/matching/dimensions';
import { Facts } from '../policy/matching/facts';
import { FieldTest } from '../policy/proxies/rule';
import { Mesh } from '../policy/request/mesh-settings';
import { AccessRequest } from '../policy/request/request';

/** Where tests stand that no proxy makes: of what is sent. */
export const SENT: Place = { side: -1, way: -1, hop: -1, isCustom: false };

/** Requests that are asked for, by what is sent and whoever looks at it; nothing is said of others. They are told apart by the tests that rules have. */
export class Watched {
  /** Of which one must hold, all of it. */
  private readonly alternatives: readonly (readonly FieldTest[])[];

  /** @param operations those of HTTP, whatever their ports */
  constructor(operations: readonly HttpOperationData[], mesh: Mesh) {
    this.alternatives = operations.map(({ methods, paths, hosts }) => [
      ...testsOf('methods', DIMENSIONS.method, methods, mesh),
      ...testsOf('paths', DIMENSIONS.path, paths, mesh),
      ...testsOf('hosts', DIMENSIONS.host, hosts.flatMap(hostValues), mesh),
    ]);
  }

  /** What is told apart of requests over HTTP. */
  clause(conditions: Conditions): Clause {
    const axes = { method: 'method', path: 'path', authority: 'host' } as const;
    const terms = this.alternatives.map(tests => ({
      conditions: tests.map(test => conditions.of(axes[test.asks.dimension.aspect as keyof typeof axes], SENT, test)),
      unknown: [],
    }));
    return { stage: 'watch', way: SENT.way, terms };
  }

  /** Whether a request is one of them. */
  has(request: AccessRequest): boolean {
    const facts = sentFacts(request);
    return facts !== undefined && this.alternatives.some(tests => tests.every(({ test }) => test(facts) === true));
  }
}

/** What is sent, as rules would see it; undefined where it is no HTTP. */
export function sentFacts({ http }: AccessRequest): Facts | undefined {
  if (!http) return undefined;
  const { method = 'GET', path = '/', authority = '' } = http;
  const unseen = { peer: '', sourceIp: undefined, remoteIp: undefined, destinationIp: undefined, port: 0, sni: undefined };
  return { ...unseen, http: { method, path, authority, headers: new Map() } };
}

/** None where any value will do. */
function testsOf(where: string, dimension: Dimension, values: readonly string[], mesh: Mesh): FieldTest[] {
  const context = { policyNamespace: '', mesh, names: [] };
  const test = values.length === 0 || values.includes('*') ? undefined : dimension.test(values, context, () => undefined);
  const languageOf = (value: string) => dimension.language?.(value, context);
  return test ? [{ where, values, test, asks: { dimension, isNegated: false, names: [], values, languageOf } }] : [];
}

/** The ports that an operation is about, by number; none for any. */
export function portsOf(operation: OperationData): number[] {
  return (isHttp(operation) ? operation.ports : [operation.port]).map(Number);
}
