import { WORKLOAD_LABELS } from './attachment';
import { CONNECTION_POOL } from './connection-pool';
import { enumOf, listOf, objectOf, STRING, UINT32 } from './schema';
import { SERVER_TLS } from './server-tls';

const PORT = objectOf({ number: UINT32, protocol: STRING, name: STRING, targetPort: UINT32 });

const LISTENER = { port: PORT, bind: STRING, captureMode: enumOf('DEFAULT', 'IPTABLES', 'NONE') };

export const SIDECAR = objectOf({
  workloadSelector: WORKLOAD_LABELS,
  ingress: listOf(objectOf({
    ...LISTENER, defaultEndpoint: STRING, tls: SERVER_TLS, connectionPool: CONNECTION_POOL,
  }, { required: ['port'] })),
  egress: listOf(objectOf({ ...LISTENER, hosts: listOf(STRING) }, { required: ['hosts'] })),
  inboundConnectionPool: CONNECTION_POOL,
  outboundTrafficPolicy: objectOf({
    mode: enumOf('REGISTRY_ONLY', 'ALLOW_ANY'),
    egressProxy: objectOf({ host: STRING, subset: STRING, port: objectOf({ number: UINT32 }) }, { required: ['host'] }),
  }),
});
