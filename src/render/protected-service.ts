import { TrafficProtectionIntent } from '../intent/traffic-protection-intent';
import { ServiceFacts } from '../intent/workload';
import { listed, quoted } from '../util/text';

/** The one Service by which a workload is called: rules and routes are for its host. */
export function protectedService({ target: { path, services } }: Pick<TrafficProtectionIntent, 'target'>, what: string, problems: string[]): ServiceFacts | undefined {
  const [service, ...others] = services;
  if (!service) {
    problems.push(`${quoted(path)} must be called through a Service, for whose host ${what} is written, and has none; give it one`);
  } else if (others.length > 0) {
    problems.push(`${quoted(path)} must be called through one Service, for whose host ${what} is written, got ${listed(services.map(({ name }) => name))}; `
      + "say which is meant by Workload.of(…, { service: '…' }), and state the others by themselves");
    return undefined;
  }
  return service;
}

/** The name of a Service in the cluster. */
export function hostOf({ name, namespace }: ServiceFacts): string { return `${name}.${namespace}.svc.cluster.local`; }
