import { listOf, mapOf, objectOf, STRING, UINT32 } from './schema';
import { SERVER_TLS } from './server-tls';

const PORT = objectOf({ number: UINT32, protocol: STRING, name: STRING, targetPort: UINT32 }, { required: ['number', 'protocol', 'name'] });

export const GATEWAY = objectOf({
  servers: listOf(objectOf({
    port: PORT,
    bind: STRING,
    hosts: listOf(STRING),
    tls: SERVER_TLS,
    defaultEndpoint: STRING,
    name: STRING,
  }, { required: ['port', 'hosts'] })),
  selector: mapOf(STRING),
});
