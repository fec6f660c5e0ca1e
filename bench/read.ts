import { PolicySet } from 'cdk8s-zero-trust';
import { parseAllDocuments } from 'yaml';
import { median } from './median';

const POLICIES = 20_000;
const WORKLOADS = 4_000;
const NAMESPACES = 40;
const ROUNDS = 3;

/**
 * Reading and indexing of policies over workloads, against what the YAML library itself takes for the same text, in turns; medians.
 * The goal: seconds, and at most 1.5 times the floor.
 */
export function read(): void {
  const text = mesh();
  console.log(`read: ${POLICIES} policies over ${WORKLOADS} workloads, ${(text.length / 1e6).toFixed(1)} MB of YAML, median of ${ROUNDS}\n`);
  const ours: number[] = [];
  const floor: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    floor.push(time(() => parseAllDocuments(text).forEach(document => void document.toJS())));
    ours.push(time(() => ask(PolicySet.fromYaml(text))));
  }
  console.log('ours ms   floor ms   ratio');
  console.log(`${median(ours).toFixed(0).padStart(7)}${median(floor).toFixed(0).padStart(11)}${(median(ours) / median(floor)).toFixed(2).padStart(8)}`);
}

/** The first decision needs the index. */
function ask(policies: PolicySet): void {
  if (policies.problems.length > 0) throw new Error(`there must be no problems, got ${JSON.stringify(policies.problems[0])}`);
  policies.isAuthorized({ destination: { namespace: 'team-0', workload: 'service-0', port: 8080 }, source: { serviceAccount: 'team-1/service-1' }, http: {} });
}

function mesh(): string {
  const namespaces = Array.from({ length: NAMESPACES }, (_, i) => `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: team-${i}\n  labels:\n    istio-injection: enabled\n`);
  const workloads = Array.from({ length: WORKLOADS }, (_, i) => `${service(i)}---\n${deployment(i)}`);
  return [...namespaces, ...workloads, ...Array.from({ length: POLICIES }, (_, i) => policy(i))].join('---\n');
}

function service(i: number): string {
  return `apiVersion: v1\nkind: Service\nmetadata:\n  name: service-${i}\n  namespace: team-${i % NAMESPACES}\nspec:\n  selector:\n    app: service-${i}\n  ports:\n    - name: http\n      port: 80\n      targetPort: 8080\n`;
}

function deployment(i: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: service-${i}
  namespace: team-${i % NAMESPACES}
spec:
  selector:
    matchLabels:
      app: service-${i}
  template:
    metadata:
      labels:
        app: service-${i}
    spec:
      serviceAccountName: service-${i}
      containers:
        - name: main
          image: registry.example.com/service-${i}:1
          ports:
            - containerPort: 8080
`;
}

function policy(i: number): string {
  return `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: access-${i}
  namespace: team-${i % NAMESPACES}
spec:
  selector:
    matchLabels:
      app: service-${i % WORKLOADS}
  action: ALLOW
  rules:
    - from:
        - source:
            principals:
              - cluster.local/ns/team-${(i * 7) % NAMESPACES}/sa/service-${(i * 7) % WORKLOADS}
      to:
        - operation:
            ports:
              - "8080"
            methods:
              - GET
              - POST
            paths:
              - /v1/resources/${i}
              - /v1/resources/${i}/*
`;
}

function time(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}
