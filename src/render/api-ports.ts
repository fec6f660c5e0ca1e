import { httpPortsOf } from './port';
import { JwtIntent } from '../intent/intent';

/** The ports on which an API asks for tokens: every HTTP port but the metrics port of the namespace, which has its own readers, unless ports are given. */
export function apiPorts(intent: JwtIntent, problems: string[]): number[] {
  const ports = httpPortsOf(intent, intent.target, problems);
  const metrics = intent.namespace.metrics?.port;
  return intent.ports.length > 0 || ports.length === 1 ? ports : ports.filter(port => port !== metrics);
}
