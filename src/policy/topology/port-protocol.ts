import { KnownService } from './known-service';
import { namedProtocol, portsOf, Protocol, servicePortProtocol } from './protocol';

/** What a port of a host is declared to carry; undefined where it has none such. */
export function declaredProtocol({ service, entry }: KnownService, port: number): Protocol | undefined {
  const ofService = service && portsOf(service).find(candidate => candidate.port === port);
  if (ofService) return servicePortProtocol(ofService);
  const ofEntry = entry?.spec.ports?.find(({ number }) => number === port);
  return ofEntry && namedProtocol(ofEntry.protocol ?? '');
}
