import { excluding } from './rules';
import { BOOLEAN, enumOf, listOf, NULLABLE_BOOLEAN, objectOf, Schema, STRING, stringLists } from './schema';

const VERSION: Schema = enumOf('TLS_AUTO', 'TLSV1_0', 'TLSV1_1', 'TLSV1_2', 'TLSV1_3');

const CERTIFICATE = { serverCertificate: STRING, privateKey: STRING, caCertificates: STRING };

/** How a server of a Gateway, or an ingress listener of a Sidecar, speaks TLS. */
export const SERVER_TLS = objectOf({
  httpsRedirect: BOOLEAN,
  mode: enumOf('PASSTHROUGH', 'SIMPLE', 'MUTUAL', 'AUTO_PASSTHROUGH', 'ISTIO_MUTUAL', 'OPTIONAL_MUTUAL'),
  ...CERTIFICATE,
  caCrl: STRING,
  credentialName: STRING,
  credentialNames: { ...listOf(STRING, 2), minItems: 1 },
  caCertCredentialName: STRING,
  tlsCertificates: { ...listOf(objectOf(CERTIFICATE), 2), minItems: 1 },
  minProtocolVersion: VERSION,
  maxProtocolVersion: VERSION,
  insecureSkipVerify: NULLABLE_BOOLEAN,
  ...stringLists('subjectAltNames', 'verifyCertificateSpki', 'verifyCertificateHash', 'cipherSuites', 'ecdhCurves'),
}, { rules: [excluding('credentialNames', 'tlsCertificates'), excluding('credentialName', 'credentialNames')] });
