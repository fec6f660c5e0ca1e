/** A rule that finds what is allowed and probably not meant. */
export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly cure: string;
  /** Where it is written that Istio behaves so. */
  readonly source: string;
}

const AUTHORIZATION = 'https://istio.io/latest/docs/reference/config/security/authorization-policy/';
const PEERS = 'https://istio.io/latest/docs/reference/config/security/peer_authentication/';
const METRICS = 'https://istio.io/latest/docs/ops/integrations/prometheus/';
const PRACTICE = 'https://istio.io/latest/docs/ops/best-practices/security/';

/** Every rule: `docs/findings.md` is made of it. */
export const RULES = [
  {
    id: 'ZT100',
    title: 'An acknowledgement that nothing needs',
    why: 'What it was for is gone, or was never there; the next finding of its rule, about something else, would be acknowledged unseen.',
    cure: 'Remove it.',
    source: 'cdk8s-zero-trust',
  },
  {
    id: 'ZT101',
    title: 'Istio admits a policy with a warning',
    why: 'A DENY on HTTP fields that names no port closes TCP ports whole, for one: the webhook of istiod lets it pass, with a warning that only kubectl shows.',
    cure: 'What the message says.',
    source: AUTHORIZATION,
  },
  {
    id: 'ZT102',
    title: 'A policy that nothing is selected by',
    why: 'A policy attaches to pods that carry all labels of its selector, or to the Services it names. Where there are none it does nothing: no error, no event. '
      + 'Pods of cdk8s-plus carry labels that it makes up.',
    cure: 'Take the labels from the pods, or state it by an intent, which reads them.',
    source: `${AUTHORIZATION}#AuthorizationPolicy`,
  },
  {
    id: 'ZT103',
    title: 'Mutual TLS for a port of the Service',
    why: '`portLevelMtls` counts the ports that the pods listen on. For the port of the Service it says nothing.',
    cure: 'Write the port of the pods.',
    source: `${PEERS}#PeerAuthentication`,
  },
  {
    id: 'ZT104',
    title: 'Metrics on a TCP port',
    why: 'A rule that asks for GET and a path is dropped where the proxy takes the port for TCP, so the readers get nothing of that workload.',
    cure: 'Declare the port HTTP, by the name of the Service port or its appProtocol, or leave it out of `metricsPorts`.',
    source: METRICS,
  },
  {
    id: 'ZT105',
    title: 'Metrics that nobody serves',
    why: 'Readers are admitted to a port that no workload of the namespace lists: it is the wrong port, or a door to whatever listens there later.',
    cure: 'Name the ports that the workloads serve metrics on, by `metricsPorts`; what Istio merges on 15020 needs no readers.',
    source: METRICS,
  },
  {
    id: 'ZT106',
    title: 'A token rule for what is public',
    why: 'ALLOW policies add up: what everyone may call needs no token, whatever a rule asks of one.',
    cure: 'Narrow the public operation, or leave the operation out of the rule.',
    source: AUTHORIZATION,
  },
  {
    id: 'ZT107',
    title: 'Workloads in a namespace that nothing covers',
    why: 'Without a policy that denies by default everyone may call everything there, in an app that closes its other namespaces, or other workloads of this one.',
    cure: 'Add a ZeroTrustNamespace, state accesses for each of the workloads, or let the ZeroTrustMesh deny by default.',
    source: PRACTICE,
  },
  {
    id: 'ZT108',
    title: 'A service account that nothing runs as',
    why: 'The app has workloads in that namespace and none of them runs as the account: the access is for nobody, or for whoever creates such a pod.',
    cure: 'Name the workload by Principal.workload, or say whose account it is by the option `reason` of Principal.serviceAccount.',
    source: AUTHORIZATION,
  },
  {
    id: 'ZT109',
    title: 'An exemption that nobody uses',
    why: 'The caller needs no token of the API, and nothing says what it may call: the exemption does nothing, or an access was forgotten and every call is a 403.',
    cure: 'State what it may call by a ServiceAccess, or leave it out of `exemptCallers`.',
    source: AUTHORIZATION,
  },
  {
    id: 'ZT110',
    title: 'A value that no request has',
    why: 'Istio admits it and compares it as it stands: a principal with `spiffe://`, a method in lower case, a path with a star in its middle or without its first `/`. '
      + 'An ALLOW then lets nobody in, a DENY refuses nobody, and an exclusion (`notPaths`) excludes nothing.',
    cure: 'What the message says, or state it by an intent, which refuses such values.',
    source: AUTHORIZATION,
  },
  {
    id: 'ZT111',
    title: 'Proxies that are changed',
    why: 'An EnvoyFilter, a WasmPlugin or the listeners of a Sidecar can make a proxy do something else than its policies say; the evaluator does not read them, so nothing proves that intents hold there. An EnvoyFilter that only limits requests behind policies is not told of. '
      + 'So are pods told that bring along a proxy of another name than one of Istio, or its bootstrap; another registry, resources, volumes and hooks of the proxy are usual, and are not.',
    cure: 'Take it out, or look at what it does and acknowledge it with the reason why the intents hold.',
    source: 'https://istio.io/latest/docs/reference/config/networking/envoy-filter/',
  },
  {
    id: 'ZT112',
    title: 'A workload outside the mesh that is in it',
    why: '`outsideMesh` names it, and its pods refuse plaintext like all others. What it was named for is gone; when it leaves the mesh again, nobody will be told.',
    cure: 'Leave it out of `outsideMesh`.',
    source: PEERS,
  },
  {
    id: 'ZT113',
    title: 'A workload that leaves the mesh',
    why: 'Its namespace is in the mesh, which asks everyone for mutual TLS, and the pods say otherwise: by host network, by a label or an annotation. Whoever reaches their address may call them, '
      + 'and no policy says otherwise. Where the ZeroTrustMesh denies by default, a namespace of which no label, or a misspelt one, says that it is in the mesh is found as well. '
      + 'A workload of a declared namespace is refused for it. Pods of kinds that only their controller knows (a Rollout, a Prometheus of its operator) are found there and not refused, '
      + 'as `outsideMesh` names workloads that can be read whole: their controller may have the last word.',
    cure: 'Take out what the pods say, label the namespace, or declare the namespace by a ZeroTrustNamespace and name the workload in its `outsideMesh` with a reason. Of other pods, acknowledge it with the reason.',
    source: 'https://istio.io/latest/docs/reference/config/annotations/',
  },
  {
    id: 'ZT114',
    title: 'A quarantine',
    why: 'Accesses that are stated do not work, and are meant not to, until the quarantine is taken out. It is said with each synthesis so that nobody forgets it. '
      + 'Policies are about new connections and requests: what is open lives on. It also says where its account still passes: in plaintext, and in other clusters of the app that accept its certificates.',
    cure: 'Restart the pods that it talks to. When the incident is over, take the quarantine out.',
    source: `${AUTHORIZATION}#AuthorizationPolicy`,
  },
  {
    id: 'ZT115',
    title: 'What breaks at the next stage of a migration',
    why: 'Under STRICT mutual TLS whoever has no identity is refused, and so it is before where accesses name callers: workloads without proxy, callers from outside, probes, clients that a DestinationRule '
      + 'keeps from mutual TLS. What no proxy captures takes plaintext as before. Manifests show who could call, not who does: look at the dry run, too.',
    cure: 'What the message says, before the next stage is stated; acknowledge what does not call.',
    source: 'https://istio.io/latest/docs/tasks/security/authentication/mtls-migration/',
  },
  {
    id: 'ZT116',
    title: 'A migration that has arrived',
    why: 'An MtlsMigration is about mutual TLS only. A namespace that is STRICT can have a ZeroTrustNamespace, which also denies whatever no access allows.',
    cure: 'Take the namespace out of the migration, and state a ZeroTrustNamespace for it.',
    source: 'https://istio.io/latest/docs/tasks/security/authentication/mtls-migration/',
  },
  {
    id: 'ZT117',
    title: 'A ServiceEntry that opens more than a host',
    why: 'Where sidecars block what they do not know, whoever may write a ServiceEntry makes hosts known. With resolution NONE the proxy connects to the address that its client chose, whatever host it names; '
      + 'a TCP port without addresses is all of that port; a wildcard is anybody below it. Within an EgressBoundary it counts for nothing, elsewhere and in ambient mode it does.',
    cure: 'State the host by an EgressAccess, which has DNS asked where it is.',
    source: 'https://istio.io/latest/docs/reference/config/networking/service-entry/',
  },
  {
    id: 'ZT118',
    title: 'A Sidecar that passes on what it does not know',
    why: 'Only `outboundTrafficPolicy` REGISTRY_ONLY blocks it: with a list of hosts alone every address outside is reached as before, in an app whose other namespaces are bounded.',
    cure: 'State an EgressBoundary for the namespace or the workload.',
    source: 'https://istio.io/latest/docs/reference/config/networking/sidecar/',
  },
  {
    id: 'ZT119',
    title: 'A workload that goes round its boundary',
    why: 'An EgressBoundary keeps in what goes through the sidecar. Pods without one, with the network of their host, with annotations by which some connections go past it, or with processes that run as its user or may change the network of their pod, reach whatever they like.',
    cure: 'Take out what the pods say, or keep them in by a NetworkPolicy, and acknowledge it with that reason.',
    source: 'https://istio.io/latest/docs/ops/best-practices/security/',
  },
  {
    id: 'ZT120',
    title: 'An access that OPA refuses',
    why: 'What is sent to the workload waits for an OpaAuthorizer, whose policy has no rule for these calls, at whatever hour and with whatever token: every one of them is a 403.',
    cure: 'Add a rule to the OpaPolicy, or take the operation out of the access.',
    source: 'https://www.openpolicyagent.org/docs/envoy',
  },
  {
    id: 'ZT121',
    title: 'Settings of the mesh that nothing renders',
    why: 'Constructs go by an extension provider or a certificate authority that is a setting of the mesh, and the ZeroTrustMesh has no `settings`: where istiod is not set up so by other means, logs are not written, and of '
      + 'what waits for an authorizer that the mesh does not have everything is refused.',
    cure: 'Give the ZeroTrustMesh `settings`; where another app makes the mesh, `exists: true`. Where istiod is set up elsewhere, acknowledge it at the ZeroTrustMesh, or above: at what needs the setting nothing is found.',
    source: 'https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider',
  },
  {
    id: 'ZT122',
    title: 'A port that the mesh does not see',
    why: 'Proxies take TCP alone. What a workload serves by UDP or SCTP passes them by: neither mutual TLS nor any policy holds there, also under a default deny. Only the network can keep anybody out.',
    cure: 'Give the ZeroTrustNamespace `networkPolicies`, under which UDP is let in by NetworkPolicies of yours alone, or write one for these pods. Acknowledge it where the port is for everyone, as that of a name server, '
      + 'or where another app keeps it.',
    source: 'https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/',
  },
] as const satisfies readonly Rule[];

export type RuleId = (typeof RULES)[number]['id'];
