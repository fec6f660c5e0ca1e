import { at, Report } from '../problem';
import { checkAttachment } from './attachment';
import { attributeRule } from './attributes';
import { AuthorizationPolicyMessage, AuthorizationRuleMessage, Condition, Operation, Source } from './messages';
import { checkValues, ipBlock, notEmpty, path, port, serviceAccount, trustDomain, ValueRule } from './values';

/** The fields of a source: the rule for their values, whether they hold on TCP too (so thinks the warning), whether CUSTOM takes them. */
const SOURCE_FIELDS: Readonly<Record<keyof Source, { readonly rule: ValueRule; readonly tcp?: true; readonly custom?: true }>> = {
  principals: { rule: notEmpty, tcp: true },
  notPrincipals: { rule: notEmpty, tcp: true },
  requestPrincipals: { rule: notEmpty },
  notRequestPrincipals: { rule: notEmpty },
  namespaces: { rule: notEmpty, tcp: true },
  notNamespaces: { rule: notEmpty, tcp: true },
  serviceAccounts: { rule: serviceAccount, tcp: true },
  notServiceAccounts: { rule: serviceAccount, tcp: true },
  ipBlocks: { rule: ipBlock, tcp: true, custom: true },
  notIpBlocks: { rule: ipBlock, tcp: true, custom: true },
  remoteIpBlocks: { rule: ipBlock, tcp: true, custom: true },
  notRemoteIpBlocks: { rule: ipBlock, tcp: true, custom: true },
  trustDomains: { rule: trustDomain },
  notTrustDomains: { rule: trustDomain },
};

const OPERATION_RULES: Readonly<Record<keyof Operation, ValueRule>> = {
  hosts: notEmpty,
  notHosts: notEmpty,
  ports: port,
  notPorts: port,
  methods: notEmpty,
  notMethods: notEmpty,
  paths: value => notEmpty(value) ?? path(value),
  notPaths: value => notEmpty(value) ?? path(value),
};

/** Keys of `when` that CUSTOM does not take, as external authorization runs before the identity is known. */
const NOT_WITH_CUSTOM = /^(source\.(namespace|serviceAccount|trustDomain|principal)$|request\.auth\.)/;

const MAX_SERVICE_ACCOUNTS = 16;

/** What istiod's webhook says of an AuthorizationPolicy. */
export function checkAuthorizationPolicy(spec: AuthorizationPolicyMessage, error: Report, warn: Report): void {
  checkAttachment(spec, error, warn);
  checkAction(spec, error);
  spec.rules.forEach((rule, index) => {
    const field = at('spec.rules', index);
    checkRule(rule, field, spec.action === 'CUSTOM', error);
    if (spec.action === 'DENY' && deniesTcp(rule)) {
      warn(field, 'should name ports, got only HTTP attributes in a DENY rule; it will deny all traffic to TCP ports, so add the HTTP ports to it');
    }
  });
}

function checkAction(spec: AuthorizationPolicyMessage, error: Report): void {
  if (['CUSTOM', 'DENY'].includes(spec.action) && spec.rules.length === 0) {
    error('spec.rules', `must not be empty with action ${spec.action}, got none, which never matches; write [{}] to match every request`);
  }
  if (spec.action === 'CUSTOM' && spec.rules.length > 0 && !spec.provider?.name) {
    error('spec.provider.name', 'must be given with action CUSTOM, got nothing; name an extension provider of the mesh settings');
  }
  if (spec.action !== 'CUSTOM' && spec.provider !== undefined) {
    error('spec.provider', `must be left out with action ${spec.action}, got ${JSON.stringify(spec.provider)}; it belongs to CUSTOM`);
  }
}

function checkRule(rule: AuthorizationRuleMessage, field: string, custom: boolean, error: Report): void {
  rule.from.forEach(({ source }, index) => {
    const where = at(field, 'from', index, 'source');
    if (source === undefined) {
      error(where, 'must be given, got nothing; say who sends the request, or leave from out for anyone');
    } else {
      checkSource(source, where, custom, error);
    }
  });
  rule.to.forEach(({ operation }, index) => {
    const where = at(field, 'to', index, 'operation');
    if (operation === undefined) {
      error(where, 'must be given, got nothing; say what is asked for, or leave to out for anything');
    } else {
      checkOperation(operation, where, error);
    }
  });
  rule.when.forEach((condition, index) => checkCondition(condition, at(field, 'when', index), custom, error));
}

function checkSource(source: Source, field: string, custom: boolean, error: Report): void {
  const given = (Object.keys(SOURCE_FIELDS) as Array<keyof Source>).filter(name => source[name].length > 0);
  if (given.length === 0) {
    error(field, 'must not be empty, got \'{}\'; say who sends the request, or leave from out for anyone');
  }
  const accounts = given.filter(name => SOURCE_FIELDS[name].rule === serviceAccount);
  const others = given.filter(name => ['principals', 'notPrincipals', 'namespaces', 'notNamespaces'].includes(name));
  if (accounts.length > 0 && others.length > 0) {
    error(field, `must not have ${accounts[0]} beside ${others.join(' and ')}; say it all with principals, or use several sources`);
  }
  for (const name of given) {
    const where = at(field, name);
    if (custom && !SOURCE_FIELDS[name].custom) {
      error(where, 'must be left out with action CUSTOM, which knows no identities; combine it with a DENY policy');
    }
    if (accounts.includes(name) && source[name].length > MAX_SERVICE_ACCOUNTS) {
      error(where, `must have at most ${MAX_SERVICE_ACCOUNTS} entries, got ${source[name].length}; use several sources`);
    }
    checkValues(source[name], where, [SOURCE_FIELDS[name].rule], error);
  }
}

function checkOperation(operation: Operation, field: string, error: Report): void {
  const given = (Object.keys(OPERATION_RULES) as Array<keyof Operation>).filter(name => operation[name].length > 0);
  if (given.length === 0) {
    error(field, 'must not be empty, got \'{}\'; say what is asked for, or leave to out for anything');
  }
  given.forEach(name => checkValues(operation[name], at(field, name), [OPERATION_RULES[name]], error));
}

function checkCondition(condition: Condition, field: string, custom: boolean, error: Report): void {
  if (custom && NOT_WITH_CUSTOM.test(condition.key)) {
    error(at(field, 'key'), `must not be '${condition.key}' with action CUSTOM, which knows no identities; combine it with a DENY policy`);
  }
  if (condition.key === '') {
    error(at(field, 'key'), 'must be given, got \'\'; name an attribute');
    return;
  }
  if (condition.values.length + condition.notValues.length === 0) {
    error(field, `must have values or notValues, got neither for key '${condition.key}'; '*' means present`);
    return;
  }
  const rule = attributeRule(condition.key);
  if (typeof rule === 'string') {
    error(at(field, 'key'), rule);
    return;
  }
  for (const name of ['values', 'notValues'] as const) {
    if (rule === serviceAccount && condition[name].length > MAX_SERVICE_ACCOUNTS) {
      error(at(field, name), `must have at most ${MAX_SERVICE_ACCOUNTS} entries, got ${condition[name].length}; use several conditions`);
    }
    checkValues(condition[name], at(field, name), [notEmpty, rule], error);
  }
}

/** Whether Istio warns that the rule denies all TCP traffic: trustDomains do not count as TCP here, `when` not at all. */
function deniesTcp(rule: AuthorizationRuleMessage): boolean {
  const sources = rule.from.flatMap(({ source }) => source ?? []);
  const operations = rule.to.flatMap(({ operation }) => operation ?? []);
  const tcpSource = sources.some(source => (Object.keys(SOURCE_FIELDS) as Array<keyof Source>)
    .some(name => SOURCE_FIELDS[name].tcp && source[name].length > 0));
  const tcpOperation = operations.some(operation => operation.ports.length + operation.notPorts.length > 0);
  return operations.length > 0 ? !tcpOperation : sources.length > 0 && !tcpSource;
}
