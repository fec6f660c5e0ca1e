import { GROUP, HOSTNAME, KIND, LABEL_SELECTOR, LOCAL_REFERENCE, namedList, OBJECT_NAME, OBJECT_REFERENCE, PORT, SECRET_REFERENCE, SECTION_NAME } from './kubernetes';
import { addressOfType, distinctAddresses, distinctListeners, hostnameOfProtocol, keysOfInfrastructure, terminatedWith, tlsOfProtocol } from './kubernetes-gateway-rules';
import { enumOf, listOf, MapSchema, objectOf, StringSchema } from './schema';

const DOMAIN = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';

const PROTOCOL: StringSchema = {
  type: 'string', minLength: 1, maxLength: 255, pattern: new RegExp(`^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$|${DOMAIN}\\/[A-Za-z0-9]+$`),
};

const ADDRESS_TYPE: StringSchema = {
  type: 'string', minLength: 1, maxLength: 253, pattern: new RegExp(`^Hostname|IPAddress|NamedAddress|${DOMAIN}\\/[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+$`),
};

const OPTIONS: MapSchema = { type: 'map', values: { type: 'string', maxLength: 4096 }, maxItems: 16 };

const ANNOTATIONS: MapSchema = { type: 'map', values: { type: 'string', maxLength: 4096 }, maxItems: 8, rules: [keysOfInfrastructure] };

const LABELS: MapSchema = {
  type: 'map', values: { type: 'string', maxLength: 63, pattern: /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/ }, maxItems: 8, rules: [keysOfInfrastructure],
};

const LISTENER_TLS = objectOf({ mode: enumOf('Terminate', 'Passthrough'), certificateRefs: listOf(SECRET_REFERENCE, 64), options: OPTIONS }, { rules: [terminatedWith] });

const ALLOWED_ROUTES = objectOf({
  namespaces: objectOf({ from: enumOf('All', 'Selector', 'Same'), selector: LABEL_SELECTOR }),
  kinds: listOf(objectOf({ group: GROUP, kind: KIND }, { required: ['kind'] }), 8),
});

const LISTENER = objectOf(
  { name: SECTION_NAME, port: PORT, protocol: PROTOCOL, hostname: HOSTNAME, tls: LISTENER_TLS, allowedRoutes: ALLOWED_ROUTES },
  { required: ['name', 'port', 'protocol'], rules: [tlsOfProtocol, hostnameOfProtocol] },
);

const VALIDATION = objectOf(
  { caCertificateRefs: { ...listOf(OBJECT_REFERENCE, 8), minItems: 1 }, mode: enumOf('AllowValidOnly', 'AllowInsecureFallback') }, { required: ['caCertificateRefs'] },
);

const FRONTEND_SETTINGS = objectOf({ validation: VALIDATION });

const TLS = objectOf({
  frontend: objectOf({
    default: FRONTEND_SETTINGS,
    perPort: { ...listOf(objectOf({ port: PORT, tls: FRONTEND_SETTINGS }, { required: ['port', 'tls'] }), 64), key: 'port' },
  }, { required: ['default'] }),
  backend: objectOf({ clientCertificateRef: SECRET_REFERENCE }),
});

const ADDRESS = objectOf({ type: ADDRESS_TYPE, value: OBJECT_NAME }, { required: ['value'], rules: [addressOfType] });

/** A Gateway of the Gateway API, as of its version 1.2 with the fields that came until 1.6. */
export const KUBERNETES_GATEWAY = objectOf({
  gatewayClassName: OBJECT_NAME,
  listeners: { ...namedList(LISTENER, 64), minItems: 1, rules: [distinctListeners] },
  addresses: { ...listOf(ADDRESS, 16), rules: [distinctAddresses] },
  infrastructure: objectOf({ labels: LABELS, annotations: ANNOTATIONS, parametersRef: LOCAL_REFERENCE }),
  tls: TLS,
  allowedListeners: objectOf({ namespaces: objectOf({ from: enumOf('All', 'Selector', 'Same', 'None'), selector: LABEL_SELECTOR }) }),
}, { required: ['gatewayClassName', 'listeners'] });
