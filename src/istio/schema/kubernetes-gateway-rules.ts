import { Rule } from './schema';
import { isAddress } from '../../util/go/netip';

/** The rules of the definition of Gateways, as functions; what is left out has its default. */

type Fields = Readonly<Record<string, unknown>>;

const WITHOUT_TLS = ['HTTP', 'TCP', 'UDP'];

const tlsModeOf = ({ tls }: Fields): unknown => tls === undefined ? undefined : (tls as Fields).mode ?? 'Terminate';

export const tlsOfProtocol: Rule<Fields> = listener => {
  const protocol = String(listener.protocol);
  const mode = tlsModeOf(listener);
  if (WITHOUT_TLS.includes(protocol) && mode !== undefined) {
    return `must have no tls with protocol ${protocol}, got mode ${String(mode)}; use HTTPS or TLS, or drop tls`;
  }
  if (protocol === 'HTTPS' && mode === 'Passthrough') {
    return 'must end TLS with protocol HTTPS, got mode Passthrough; use protocol TLS, or mode Terminate';
  }
  return protocol === 'TLS' && mode === undefined ? 'must have tls with protocol TLS, got none; say how TLS is spoken' : undefined;
};

export const hostnameOfProtocol: Rule<Fields> = ({ protocol, hostname }) => hostname !== undefined && ['TCP', 'UDP'].includes(String(protocol))
  ? `must have no hostname with protocol ${String(protocol)}, got '${String(hostname)}'; drop it` : undefined;

export const terminatedWith: Rule<Fields> = ({ mode = 'Terminate', certificateRefs = [], options = {} }) => {
  const isGiven = (certificateRefs as readonly unknown[]).length > 0 || Object.keys(options as object).length > 0;
  return mode === 'Terminate' && !isGiven ? 'must have certificateRefs or options where TLS ends here, got none; name the Secret with the certificate' : undefined;
};

/** Items of a list that agree in what tells them apart. */
function repeated(items: readonly unknown[], keyOf: (item: Fields) => string | undefined): string | undefined {
  const keys = items.map(item => keyOf(item as Fields));
  return keys.find((key, index) => key !== undefined && keys.indexOf(key) < index);
}

export const distinctListeners: Rule<readonly unknown[]> = listeners => {
  const found = repeated(listeners, ({ port, protocol, hostname }) => `${String(port)} ${String(protocol)}${hostname === undefined ? '' : ` ${String(hostname)}`}`);
  return found === undefined ? undefined : `must differ in port, protocol or hostname, got '${found}' again; drop one, or give it another host`;
};

export const distinctAddresses: Rule<readonly unknown[]> = addresses => {
  const found = repeated(addresses, ({ type = 'IPAddress', value }) => ['IPAddress', 'Hostname'].includes(String(type)) ? `${String(type)} ${String(value)}` : undefined);
  return found === undefined ? undefined : `must have each address once, got '${found}' again; drop it`;
};

const HOSTNAME = /^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

export const addressOfType: Rule<Fields> = ({ type = 'IPAddress', value }) => {
  const address = String(value);
  if (type === 'IPAddress' && !isAddress(address)) { return `must have an IP address for value with type IPAddress, got '${address}'; correct it, or use type Hostname`; }
  return type === 'Hostname' && !HOSTNAME.test(address) ? `must have a host name for value with type Hostname, got '${address}'; correct it` : undefined;
};

const KEY = /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]$/;

export const keysOfInfrastructure: Rule<Fields> = values => {
  const bad = Object.keys(values).find(key => !KEY.test(key) || key.split('/')[0].length >= 253);
  return bad === undefined ? undefined : `must have keys such as 'app' or 'example.com/app', got '${bad}'; rename it`;
};
