import { at, Report } from '../problem';

/** How a client speaks TLS, once decoded. */
export interface ClientTlsMessage extends Readonly<Record<'mode' | 'clientCertificate' | 'privateKey' | 'caCertificates' | 'credentialName' | 'caCrl', string>> {
  readonly subjectAltNames: readonly string[];
  readonly insecureSkipVerify?: boolean;
}

const CONFIG_MAP = 'configmap://';

/** What a secret holds, so that it is not given by file too. */
const IN_SECRET = ['clientCertificate', 'caCertificates', 'privateKey', 'caCrl'] as const;

/** What istiod says of how a client speaks TLS. */
export function checkClientTls(tls: ClientTlsMessage | undefined, namespace: string, field: string, error: Report): void {
  if (tls === undefined) {
    return;
  }
  const { mode, credentialName } = tls;
  const [owner, name] = credentialName.slice(CONFIG_MAP.length).split('/');
  if (credentialName.startsWith(CONFIG_MAP) && (owner === '' || owner !== namespace || !name)) {
    error(at(field, 'credentialName'), `must be ${CONFIG_MAP}NAMESPACE/NAME with the own namespace '${namespace}', got '${credentialName}'; correct it`);
  }
  if (tls.insecureSkipVerify) {
    refuseWithoutVerification(tls, field, error);
  }
  if (['SIMPLE', 'MUTUAL'].includes(mode) && credentialName !== '') {
    IN_SECRET.filter(file => tls[file] !== '')
      .forEach(file => error(at(field, file), `must be left out beside credentialName, which holds it, got '${tls[file]}'; keep one of them`));
  } else if (mode === 'MUTUAL') {
    (['clientCertificate', 'privateKey'] as const).filter(file => tls[file] === '')
      .forEach(file => error(at(field, file), "must be given with mode MUTUAL, got ''; name the file, or a credentialName"));
  }
}

/** With MUTUAL the secret may hold the client's certificate alone, so it may be there. */
function refuseWithoutVerification(tls: ClientTlsMessage, field: string, error: Report): void {
  const pointless = ['caCertificates', 'subjectAltNames', ...(tls.mode === 'SIMPLE' ? ['credentialName'] : [])] as const;
  if (['SIMPLE', 'MUTUAL'].includes(tls.mode)) {
    (pointless as ReadonlyArray<'caCertificates' | 'subjectAltNames' | 'credentialName'>).filter(name => tls[name].length > 0)
      .forEach(name => error(at(field, name), 'must be left out with insecureSkipVerify, which verifies nothing; drop insecureSkipVerify'));
  }
}
