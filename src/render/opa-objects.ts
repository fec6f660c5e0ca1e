import { createHash } from 'crypto';
import { CONFIG_FILE, DECISION_PATH } from '../intent/rego-files';

/** The port by which proxies ask OPA. */
export const GRPC_PORT = 9191;

/** Where the kubelet asks whether OPA is well; policies and data cannot be reached by it. */
const HEALTH_PORT = 8282;

const FOLDER = '/etc/opa';

/** How OPA is run: nothing answers but the proxies' questions and those of the kubelet, and decisions are written to its output. */
const CONFIG = `plugins:
  envoy_ext_authz_grpc:
    addr: :${GRPC_PORT}
    path: ${DECISION_PATH}
    dry-run: false
decision_logs:
  console: true
`;

/** The files that OPA is run with. */
export function opaFiles(rego: Record<string, string>): Record<string, string> { return { [CONFIG_FILE]: CONFIG, ...rego }; }

/** What changes with any of the files. */
export function opaChecksum(files: Record<string, string>): string {
  return createHash('sha256').update(JSON.stringify(Object.keys(files).sort().map(name => [name, files[name]]))).digest('hex');
}

/** What the pods of an OPA come to. */
export interface OpaPods {
  readonly name: string;
  readonly image: string;
  readonly replicas: number;
  /** Names of the Rego files. */
  readonly files: readonly string[];
  readonly annotations: { readonly [annotation: string]: string };
}

export function opaLabels(name: string): Record<string, string> { return { 'app.kubernetes.io/name': 'opa', 'app.kubernetes.io/instance': name }; }

/** Proxies that ask go past any waypoint of its namespace. */
export const OPA_SERVICE_LABELS = { 'istio.io/use-waypoint': 'none' };

export function opaService(name: string): object {
  return { selector: opaLabels(name), ports: [{ name: 'grpc', port: GRPC_PORT, targetPort: GRPC_PORT }] };
}

/** All but one stay while nodes are drained. */
export function opaDisruptionBudget(name: string): object { return { maxUnavailable: 1, selector: { matchLabels: opaLabels(name) } }; }

export function opaDeployment({ name, image, replicas, files, annotations }: OpaPods): object {
  const labels = opaLabels(name);
  return {
    replicas,
    selector: { matchLabels: labels },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    template: {
      metadata: { labels, annotations },
      spec: {
        serviceAccountName: name,
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: labels } }],
        containers: [container(image, files)],
        volumes: [{ name: 'policy', configMap: { name } }],
      },
    },
  };
}

/** Files are named one by one: Kubernetes has each twice in the folder, once behind a link. */
function container(image: string, files: readonly string[]): object {
  return {
    name: 'opa',
    image,
    args: [
      'run', '--server', '--addr=localhost:8181', `--diagnostic-addr=:${HEALTH_PORT}`, '--skip-version-check', `--config-file=${FOLDER}/${CONFIG_FILE}`,
      ...files.map(file => `${FOLDER}/${file}`),
    ],
    ports: [{ name: 'grpc', containerPort: GRPC_PORT }],
    readinessProbe: { httpGet: { path: '/health?plugins', port: HEALTH_PORT }, periodSeconds: 5 },
    livenessProbe: { httpGet: { path: '/health', port: HEALTH_PORT }, periodSeconds: 10, initialDelaySeconds: 5 },
    // no limit for the CPU: who waits for an answer would wait for it
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, runAsNonRoot: true, capabilities: { drop: ['ALL'] } },
    volumeMounts: [{ name: 'policy', mountPath: FOLDER, readOnly: true }],
  };
}

/** What of the Deployment says by which files OPA decides, and how: it reads flags from its environment as well, and takes other policies from whoever is in its pod. */
export function opaRun({ spec = {} }: { readonly spec?: { readonly template?: { readonly spec?: OpaPodSpec } } }): object {
  const { containers = [], initContainers = [], volumes = [] } = spec.template?.spec ?? {};
  const run = containers.filter(({ name }) => name === 'opa').map(({ image, command, args, env = [], envFrom, volumeMounts = [], lifecycle }) => ({
    image,
    command,
    args,
    lifecycle,
    flags: env.filter(({ name = '' }) => name.startsWith('OPA')),
    envFrom,
    mounts: volumeMounts.filter(({ mountPath = '' }) => mountPath.startsWith(FOLDER)),
  }));
  const beside = [...containers, ...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')].filter(({ name = '' }) => !['opa', 'istio-proxy'].includes(name));
  return { run, beside: beside.map(({ name }) => name), volumes: volumes.filter(({ name }) => name === 'policy') };
}

interface OpaPodSpec {
  readonly containers?: readonly OpaContainer[];
  readonly initContainers?: readonly OpaContainer[];
  readonly volumes?: readonly { readonly name?: string }[];
}

interface OpaContainer {
  readonly name?: string;
  readonly image?: unknown;
  readonly command?: unknown;
  readonly args?: unknown;
  readonly env?: readonly { readonly name?: string }[];
  readonly envFrom?: unknown;
  readonly volumeMounts?: readonly { readonly mountPath?: string }[];
  readonly lifecycle?: unknown;
  readonly restartPolicy?: unknown;
}
