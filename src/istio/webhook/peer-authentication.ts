import { at, Report } from '../problem';
import { checkSelector } from './attachment';
import { PeerAuthenticationMessage } from './messages';

/** What istiod's webhook says of a PeerAuthentication. */
export function checkPeerAuthentication(spec: PeerAuthenticationMessage, error: Report, warn: Report): void {
  const field = 'spec.portLevelMtls';
  const ports = spec.portLevelMtls === undefined ? undefined : Object.keys(spec.portLevelMtls);
  if (ports?.length === 0) {
    error(field, 'must not be empty, got \'{}\'; name a port, or leave it out');
  }
  if (ports !== undefined && ports.length > 0 && Object.keys(spec.selector?.matchLabels ?? {}).length === 0) {
    error(field, `must stand beside a selector with labels, got ports ${ports.join(', ')} without; add selector.matchLabels`);
  }
  ports?.filter(port => Number(port) < 1 || Number(port) > 65535)
    .forEach(port => error(at(field, port), `must be a port from 1 to 65535, got '${port}'; use the container port`));
  checkSelector(spec.selector, error, warn);
}
