import { ApiObject, App, Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Construct, IConstruct } from 'constructs';

/** A chart whose namespace has its name. */
export function chartOf(scope: Construct, namespace: string): Chart {
  return new Chart(scope, namespace, { namespace });
}

interface DeploymentFacets {
  /** Container ports, by name. */
  readonly ports?: { readonly [name: string]: number };
  /** Service ports to container ports, by name; no Service where there are none. */
  readonly service?: { readonly [name: string]: readonly [port: number, targetPort: number] };
  readonly serviceAccount?: string;
}

/** A Deployment of cdk8s-plus with an identity of its own, that listens on 8080 and is called by port 80, as HTTP. */
export function deployment(chart: Chart, name: string, facets: DeploymentFacets = {}): kplus.Deployment {
  const { ports = { http: 8080 }, service = { http: [80, 8080] }, serviceAccount = name } = facets;
  const made = new kplus.Deployment(chart, name, {
    serviceAccount: kplus.ServiceAccount.fromServiceAccountName(chart, `${name}-identity`, serviceAccount),
    containers: [{ image: name, ports: Object.entries(ports).map(([portName, number]) => ({ name: portName, number })) }],
    securityContext: { ensureNonRoot: false },
  });
  if (Object.keys(service).length > 0) {
    new kplus.Service(chart, `${name}-service`, {
      selector: made,
      metadata: { name },
      ports: Object.entries(service).map(([portName, [port, targetPort]]) => ({ name: portName, port, targetPort })),
    });
  }
  return made;
}

export interface RawFacets {
  /** Labels that it selects its pods by; `app` with its name otherwise. */
  readonly selector?: { readonly [label: string]: string };
  readonly labels?: object;
  readonly annotations?: object;
  readonly spec?: object;
  readonly container?: object;
}

/** A Deployment as plain YAML has it. */
export function rawDeployment(chart: Chart, name: string, facets: RawFacets = {}): ApiObject {
  const { selector = { app: name } } = facets;
  const labels = { ...selector, ...facets.labels };
  return new ApiObject(chart, name, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      selector: { matchLabels: selector },
      template: {
        metadata: { labels, annotations: facets.annotations },
        spec: { serviceAccountName: name, containers: [{ name, ports: [{ containerPort: 8080 }], ...facets.container }], ...facets.spec },
      },
    },
  });
}

/** A Service as plain YAML has it. */
export function rawService(chart: Chart, name: string, spec: object = {}, labels: { [label: string]: string } = {}): ApiObject {
  return new ApiObject(chart, `${name}-service`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels },
    spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }], ...spec },
  });
}

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: { [label: string]: string };
    readonly annotations?: { [annotation: string]: string };
  };
  readonly spec?: unknown;
}

/** Every object of the app, as it is written out. */
export function manifests(app: App): Manifest[] {
  return app.charts.flatMap(chart => Testing.synth(chart) as Manifest[]);
}

/** What the library made of it: the objects of Istio. */
export function policies(app: App): Manifest[] {
  return manifests(app).filter(({ apiVersion }) => apiVersion.startsWith('security.istio.io/'));
}

/** The spec of the object at a path below the root, such as `shop/web-to-api/Resource`. */
export function specAt(app: App, path: string): unknown {
  const object = app.node.findAll().find((construct: IConstruct) => construct.node.path === path) as ApiObject;
  return policies(app).find(({ metadata }) => metadata.name === object.name)!.spec;
}

/** What is wrong with the app, a line each, as a user reads it at synthesis. */
export function problemsOf(app: App): string[] {
  try {
    app.synth();
    return [];
  } catch (error) {
    const [first, ...problems] = (error as Error).message.split('\n');
    return first.startsWith('Validation failed') ? problems.map(line => line.trim()) : [(error as Error).message];
  }
}

/** What a call throws, without the path of the construct that it is about, if it is about one. */
export function refusalOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return (error as Error).message.replace(/^\[[^\]]+\] /, '');
  }
  throw new Error('nothing is refused');
}
