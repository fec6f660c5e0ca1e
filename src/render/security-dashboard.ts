import { MEASURED } from './security-alerts';

interface Panel { readonly title: string; readonly description: string; readonly expr: string; readonly legend: string }

const PEERS = '{{source_workload_namespace}}/{{source_workload}} → {{destination_workload_namespace}}/{{destination_workload}}';
const OF = 'destination_workload_namespace=~"$namespace"';

const PANELS: readonly Panel[] = [
  { title: 'Refused requests per minute', description: 'By AuthorizationPolicies, answers 403 of the application among them.', expr: `${MEASURED.denied}{${OF}} * 60`, legend: PEERS },
  { title: 'Refused tokens per minute', description: 'Requests whose token is bad, or that have none.', expr: `${MEASURED.tokens}{${OF}} * 60`, legend: PEERS },
  { title: 'Plaintext per minute', description: 'Requests and connections without mutual TLS.', expr: `${MEASURED.plaintext}{${OF}} * 60`, legend: PEERS },
  { title: 'Errors of authorizers per minute', description: 'Of authorizers whose statusOnError is 5xx.', expr: `${MEASURED.authorizer}{${OF}} * 60`, legend: PEERS },
  {
    title: 'Shortest time that certificates of workloads are good for',
    description: 'Proxies ask for a new one when half of it is over.',
    expr: 'min by (namespace) (istio_agent_cert_expiry_seconds{resource_name="default",namespace=~"$namespace"})',
    legend: '{{namespace}}',
  },
  { title: 'Time that the root certificate is good for', description: 'As istiod has it.', expr: 'min(citadel_server_root_cert_expiry_timestamp) - time()', legend: 'root' },
];

const PROMETHEUS = { type: 'prometheus', uid: '${datasource}' };

/** A dashboard of Grafana, as its JSON model: two panels a row. */
export function securityDashboard(): object {
  return {
    uid: 'zero-trust-security',
    title: 'Zero trust: security',
    tags: ['istio', 'security'],
    timezone: 'browser',
    editable: false,
    schemaVersion: 39,
    time: { from: 'now-6h', to: 'now' },
    refresh: '1m',
    annotations: { list: [] },
    templating: {
      list: [
        { name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Data source' },
        {
          name: 'namespace',
          type: 'query',
          label: 'Namespace',
          datasource: PROMETHEUS,
          query: 'label_values(istio_requests_total, destination_workload_namespace)',
          includeAll: true,
          multi: true,
          allValue: '.*',
          refresh: 2,
        },
      ],
    },
    panels: PANELS.map(panelOf),
  };
}

function panelOf({ title, description, expr, legend }: Panel, index: number): object {
  return {
    id: index + 1,
    type: 'timeseries',
    title,
    description,
    datasource: PROMETHEUS,
    gridPos: { x: index % 2 * 12, y: Math.floor(index / 2) * 8, w: 12, h: 8 },
    targets: [{ refId: 'A', datasource: PROMETHEUS, expr, legendFormat: legend }],
    fieldConfig: { defaults: { unit: title.includes('ime that') ? 's' : 'short', min: 0 }, overrides: [] },
  };
}
