import { WORKLOAD_LABELS } from './attachment';
import { excluding } from './rules';
import { enumOf, listOf, mapOf, objectOf, Rule, STRING, stringLists, StringSchema, UINT32, NumberSchema } from './schema';

type Fields = Readonly<Record<string, unknown>>;

const UNIX = 'unix://';

const portRange: Rule<number> = port => port >= 1 && port <= 65535 ? undefined : `must be a port from 1 to 65535, got '${port}'; correct it`;

const PORT: NumberSchema = { ...UINT32, rules: [portRange] };

function textOf(maxLength: number): StringSchema {
  return { ...STRING, maxLength };
}

const socketPath: Rule<string> = address => address.startsWith(UNIX) && (!/^[/@]/.test(address.slice(UNIX.length)) || address.endsWith('/'))
  ? `must have '/' or '@' after '${UNIX}' and no '/' at its end, got '${address}'; write '${UNIX}/path/of/socket'`
  : undefined;

const addressOrNetwork: Rule<Fields> = ({ address, network }) =>
  address === undefined && network === undefined ? 'must have an address or a network, got neither; add address' : undefined;

const socketWithoutPorts: Rule<Fields> = ({ address, ports }) => String(address).startsWith(UNIX) && ports !== undefined
  ? `must not have ports beside a socket, got address '${String(address)}'; drop ports`
  : undefined;

const portNames: Rule<Fields> = ports => {
  const bad = Object.keys(ports).find(name => !/^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/.test(name) || name.length >= 63);
  return bad === undefined ? undefined : `must have port names of fewer than 63 letters, digits and inner '-' as keys, got '${bad}'; use a name of ports`;
};

const ENDPOINT = objectOf({
  address: { ...textOf(256), rules: [socketPath] },
  ports: { type: 'map', values: PORT, maxItems: 128, rules: [portNames] },
  labels: { ...mapOf(STRING), maxItems: 256 },
  network: textOf(2048),
  locality: textOf(2048),
  weight: UINT32,
  serviceAccount: textOf(253),
}, { rules: [addressOrNetwork, socketWithoutPorts] });

const numbersOnce: Rule<readonly unknown[]> = ports => {
  const numbers = (ports as ReadonlyArray<{ readonly number: number }>).map(({ number }) => number);
  const again = numbers.find((number, index) => numbers.indexOf(number) < index);
  return again === undefined ? undefined : `must have every port number once, got '${again}' again; keep one of them`;
};

const noStar: Rule<string> = host => host === '*' ? "must not be every host there is, got '*'; name a domain, as in '*.example.com'" : undefined;

/** What the CRD takes for the resolution where none is given. */
function resolutionOf(spec: Fields): unknown {
  return spec.resolution ?? 'NONE';
}

const blocksFitResolution: Rule<Fields> = spec => {
  const block = ((spec.addresses ?? []) as readonly string[]).find(address => address.includes('/'));
  return block !== undefined && !['NONE', 'STATIC'].includes(String(resolutionOf(spec)))
    ? `must have single addresses with resolution ${String(resolutionOf(spec))}, got '${block}'; use resolution NONE or STATIC`
    : undefined;
};

const endpointsFitResolution: Rule<Fields> = spec => {
  if (resolutionOf(spec) === 'NONE' && spec.endpoints !== undefined) {
    return 'must not have endpoints with resolution NONE, which is the default; add resolution, or drop endpoints';
  }
  const count = ((spec.endpoints ?? []) as readonly unknown[]).length;
  return spec.resolution === 'DNS_ROUND_ROBIN' && count > 1
    ? `must have at most one endpoint with resolution DNS_ROUND_ROBIN, got ${count}; use resolution DNS`
    : undefined;
};

export const SERVICE_ENTRY = objectOf({
  hosts: { ...listOf({ ...STRING, rules: [noStar] }, 256), minItems: 1 },
  addresses: listOf(textOf(64), 256),
  ports: {
    ...listOf(objectOf({
      number: PORT, protocol: textOf(256), name: textOf(256), targetPort: PORT,
    }, { required: ['number', 'name'] }), 256),
    key: 'name',
    rules: [numbersOnce],
  },
  location: enumOf('MESH_EXTERNAL', 'MESH_INTERNAL'),
  resolution: enumOf('NONE', 'STATIC', 'DNS', 'DNS_ROUND_ROBIN', 'DYNAMIC_DNS'),
  endpoints: listOf(ENDPOINT, 4096),
  workloadSelector: WORKLOAD_LABELS,
  ...stringLists('exportTo', 'subjectAltNames'),
}, { required: ['hosts'], rules: [excluding('workloadSelector', 'endpoints'), blocksFitResolution, endpointsFitResolution] });
