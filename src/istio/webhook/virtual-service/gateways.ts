import { at, Report } from '../../problem';
import { domain, isDnsLabel } from '../names';
import { checkValue } from '../values';

/**
 * What istiod says of the gateways a resource is for. It looks at no name behind the first one without a slash, `mesh` included.
 *
 * @param generated made of a route of the Kubernetes Gateway API, whose names are longer
 */
export function checkGateways(gateways: readonly string[], field: string, error: Report, warn: Report, generated = false): void {
  const bare = gateways.findIndex(name => !name.includes('/'));
  const looked = bare < 0 ? gateways : gateways.slice(0, bare);
  looked.forEach((gateway, index) => {
    const slash = gateway.indexOf('/');
    const name = gateway.slice(slash + 1);
    if (!isDnsLabel(gateway.slice(0, slash)) || name === '' || !(generated || isDnsLabel(name))) {
      error(at(field, index), `must be NAME, or NAMESPACE/NAME, of a Gateway, got '${gateway}'; correct it`);
    }
  });
  if (bare >= 0) {
    checkValue(gateways[bare], at(field, bare), domain, error);
  }
  if (bare >= 0 && gateways[bare].includes('.')) {
    warn(at(field, bare), `should be NAMESPACE/NAME of a Gateway, got '${gateways[bare]}', an old form; rewrite it`);
  }
}
