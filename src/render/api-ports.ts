import { httpPortsOf } from './port';
import { JwtIntent } from '../intent/intent';

/** The ports on which an API asks for tokens: every HTTP port but the metrics ports of the namespace, which have their own readers, unless ports are given or there are no others. */
export function apiPorts(intent: Pick<JwtIntent, 'ports' | 'target' | 'namespace'>, problems: string[]): number[] {
  const ports = httpPortsOf(intent, intent.target, problems);
  const metrics = intent.namespace.metrics?.ports ?? [];
  const others = ports.filter(port => !metrics.includes(port));
  return intent.ports.length > 0 || others.length === 0 ? ports : others;
}
