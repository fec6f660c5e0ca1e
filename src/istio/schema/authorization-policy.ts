import { ATTACHMENT } from './attachment';
import { oneAttachment, serviceAccountsAlone } from './rules';
import { ListSchema, listOf, objectOf, STRING, stringLists } from './schema';

const SERVICE_ACCOUNTS: ListSchema = listOf({ type: 'string', maxLength: 320 }, 16);

const SOURCE = objectOf({
  ...stringLists(
    'principals', 'notPrincipals', 'requestPrincipals', 'notRequestPrincipals', 'namespaces', 'notNamespaces',
    'ipBlocks', 'notIpBlocks', 'remoteIpBlocks', 'notRemoteIpBlocks', 'trustDomains', 'notTrustDomains',
  ),
  serviceAccounts: SERVICE_ACCOUNTS,
  notServiceAccounts: SERVICE_ACCOUNTS,
}, { rules: [serviceAccountsAlone] });

const OPERATION = objectOf(stringLists('hosts', 'notHosts', 'ports', 'notPorts', 'methods', 'notMethods', 'paths', 'notPaths'));

const CONDITION = objectOf({ key: STRING, ...stringLists('values', 'notValues') }, { required: ['key'] });

export const AUTHORIZATION_POLICY = objectOf({
  ...ATTACHMENT,
  action: { type: 'string', enum: ['ALLOW', 'DENY', 'AUDIT', 'CUSTOM'] },
  provider: objectOf({ name: STRING }),
  rules: listOf(objectOf({
    from: listOf(objectOf({ source: SOURCE }), 512),
    to: listOf(objectOf({ operation: OPERATION })),
    when: listOf(CONDITION),
  }), 512),
}, { rules: [oneAttachment] });
