import { at, Report } from '../problem';

interface Certificate {
  readonly serverCertificate: string;
  readonly privateKey: string;
  readonly caCertificates: string;
}

/** The TLS settings of a server, as istiod sees them once decoded. */
export interface ServerTlsMessage extends Certificate {
  readonly httpsRedirect: boolean;
  readonly mode: string;
  readonly caCrl: string;
  readonly credentialName: string;
  readonly credentialNames: readonly string[];
  readonly tlsCertificates: readonly Certificate[];
  readonly subjectAltNames: readonly string[];
  readonly minProtocolVersion: string;
  readonly cipherSuites: readonly string[];
}

/** What Istio takes by name; what begins with an operator, such as `-`, is not looked at. */
const CIPHER_SUITES: ReadonlySet<string> = new Set([
  '', 'ALL', 'DES-CBC3-SHA',
  ...['AES128', 'AES256'].flatMap(cipher => ['', 'ECDHE-ECDSA-', 'ECDHE-RSA-'].map(exchange => `${exchange}${cipher}-SHA`)),
  ...['', 'ECDHE-ECDSA-', 'ECDHE-RSA-'].flatMap(exchange => [`${exchange}AES128-GCM-SHA256`, `${exchange}AES256-GCM-SHA384`]),
  'ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305',
]);

/** Whether TLS goes on to the workload as it is. */
export function passesThrough(tls: ServerTlsMessage): boolean {
  return ['PASSTHROUGH', 'AUTO_PASSTHROUGH'].includes(tls.mode);
}

/** What istiod says of how a server speaks TLS. */
export function checkServerTls(tls: ServerTlsMessage, field: string, error: Report, warn: Report): void {
  warnOfCiphers(tls, field, warn);
  const given = credentials(tls);
  if (tls.mode === 'ISTIO_MUTUAL') {
    given.filter(name => name !== 'caCrl')
      .forEach(name => error(at(field, name), 'must be left out with mode ISTIO_MUTUAL, which has certificates of the mesh; drop it, or use MUTUAL'));
    return;
  }
  if (passesThrough(tls) && given.length > 0) {
    warn(field, `should have no certificates with mode ${tls.mode}, got ${given.join(' and ')}, which are ignored; drop them, or use SIMPLE`);
  }
  const sources = [tls.serverCertificate !== '' && tls.privateKey !== '', ...(['credentialName', 'credentialNames', 'tlsCertificates'] as const).map(name => tls[name].length > 0)];
  if (sources.filter(Boolean).length > 1) {
    error(field, `must have its certificate from one place, got ${given.join(' and ')}; keep one of files, credentialName, credentialNames and tlsCertificates`);
  }
  const terminates = ['SIMPLE', 'MUTUAL', 'OPTIONAL_MUTUAL'].includes(tls.mode);
  if (!terminates || (tls.credentialName === '' && tls.credentialNames.length === 0)) {
    checkFiles(tls, terminates, field, error, warn);
  }
}

/** Names of the fields that hold or name certificates. */
function credentials(tls: ServerTlsMessage): string[] {
  const names = ['serverCertificate', 'privateKey', 'caCertificates', 'caCrl', 'credentialName', 'credentialNames', 'tlsCertificates'] as const;
  return names.filter(name => tls[name].length > 0);
}

function warnOfCiphers({ minProtocolVersion, cipherSuites }: ServerTlsMessage, field: string, warn: Report): void {
  if (['TLSV1_0', 'TLSV1_1'].includes(minProtocolVersion) && cipherSuites.length === 0) {
    warn(at(field, 'cipherSuites'), `should name ciphers where minProtocolVersion is ${minProtocolVersion}, got none; the default ones need TLSV1_2`);
  }
  const isKnown = (suite: string): boolean => CIPHER_SUITES.has(suite) || !/^(?:[A-Za-z0-9]|[^\x00-\x7f])/.test(suite);
  cipherSuites.forEach((suite, index) => {
    if (!isKnown(suite)) {
      warn(at(field, 'cipherSuites', index), `should be a cipher suite that Istio knows, got '${suite}', which is ignored; correct it`);
    } else if (cipherSuites.indexOf(suite) < index) {
      warn(at(field, 'cipherSuites', index), `should not be listed twice, got '${suite}' again; drop it`);
    }
  });
}

function checkFiles(tls: ServerTlsMessage, terminates: boolean, field: string, error: Report, warn: Report): void {
  if (terminates) {
    if (tls.mode !== 'SIMPLE' && tls.caCertificates === '') {
      error(at(field, 'caCertificates'), `must be given with mode ${tls.mode}, got ''; name the CA of the clients, or a credentialName`);
    }
    if (tls.tlsCertificates.length > 2) {
      warn(at(field, 'tlsCertificates'), `should have at most 2 entries, got ${tls.tlsCertificates.length}; drop the others`);
    }
    const pairs = tls.tlsCertificates.length > 0 ? tls.tlsCertificates : [tls];
    pairs.forEach((pair, index) => checkPair(pair, tls.tlsCertificates.length > 0 ? at(field, 'tlsCertificates', index) : field, tls.mode, error));
  }
  if (tls.caCrl !== '' && tls.credentialName !== '') {
    error(at(field, 'caCrl'), 'must be left out beside credentialName, got both; put the list into the secret');
  }
  if (tls.caCrl !== '' && tls.mode === 'SIMPLE') {
    error(at(field, 'caCrl'), 'must be left out with mode SIMPLE, which asks clients for no certificate; use MUTUAL');
  }
}

function checkPair(pair: Certificate, field: string, mode: string, error: Report): void {
  for (const name of ['serverCertificate', 'privateKey'] as const) {
    if (pair[name] === '') {
      error(at(field, name), `must be given with mode ${mode}, got ''; name the file, or a credentialName`);
    }
  }
}
