import { Duration } from 'cdk8s';
import { CircuitBreaker, EndpointEjection, FaultInjection, RateLimit, TrafficProtection } from 'cdk8s-zero-trust';
import { metadata, Site } from './apps';
import { Random } from './random';
import { HTTP_PORT } from './values';
import { Placed } from './workloads';

/** Protects workloads of a site from too many requests, where a proxy of theirs or of clients goes by it. */
export function addProtections(site: Site, random: Random): void {
  const { name, plane, chart, placed } = site;
  placed.forEach((one, index) => {
    const { workload, way } = one;
    const isRead = way !== 'none' && (plane === 'sidecar' || (plane === 'waypoint' && way === 'cluster'));
    if (!isRead || random.chance(0.6)) { return; }
    const ejects = way === 'cluster' && random.chance(0.5);
    new TrafficProtection(chart, `protection-${index}`, {
      workload,
      ...ejects ? { outlierDetection: ejection(random) } : {},
      ...!ejects || random.chance(0.5) ? { circuitBreaker: breaker(random) } : {},
      ...plane === 'sidecar' || isWaypointHere(site, one) ? random.maybe(() => ({ rateLimit: limit(random) })) : {},
      ...random.maybe(() => ({ subsets: { v1: { version: '1.0' }, v2: { 'version': '2.0', 'example.com/track': 'canary' } } })),
      ...metadata(`${name}-protection-${index}`, random),
    });
  });
}

/** An EnvoyFilter is for a waypoint of its own namespace. */
function isWaypointHere({ name, waypoints }: Site, { name: service }: Placed): boolean {
  const own = waypoints.serviceWaypoints?.find(({ services }) => services.includes(service));
  return (own?.waypoint ?? waypoints.waypoint)?._of(name, service).namespace === name;
}

/** Has calls of workloads of a site fail, in an app that says by which day. */
export function addFaults({ name, plane, chart, placed }: Site, random: Random): void {
  const isRouted = (way: string) => way !== 'none' && (plane === 'sidecar' || (plane === 'waypoint' && way === 'cluster'));
  placed.forEach(({ workload, way }, index) => {
    if (!isRouted(way) || random.chance(0.7)) { return; }
    const abort = { abort: { status: random.one([429, 503]), percentage: random.one([0.5, 50, 100]) } };
    const delay = { delay: { time: Duration.millis(1500), percentage: 1 } };
    new FaultInjection(chart, `fault-${index}`, {
      workload,
      ...random.one([abort, delay, { ...abort, ...delay }]),
      ...plane === 'sidecar' ? random.maybe(() => ({ callers: [workload] })) : {},
      reason: 'yes: "a test"',
      expires: '2026-12-31',
      ...metadata(`${name}-fault-${index}`, random),
    });
  });
}

function limit(random: Random): RateLimit {
  return { requests: 50, ...random.maybe(() => ({ per: Duration.minutes(1), burst: 51 })), ...random.maybe(() => ({ ports: [HTTP_PORT.number] })) };
}

function breaker(random: Random): CircuitBreaker {
  return {
    ...random.one([{ maxConnections: 100 }, { maxRequests: 2 ** 31 - 1 }, { connectTimeout: Duration.millis(1500) }, { maxRequestsPerConnection: 1, maxRetries: 3 }]),
    ...random.maybe(() => ({ maxPendingRequests: 1 })),
  };
}

function ejection(random: Random): EndpointEjection {
  return {
    ...random.one([{}, { consecutive5xxErrors: 7 }, { consecutiveGatewayErrors: 3 }, { consecutive5xxErrors: 7, consecutiveGatewayErrors: 3 }]),
    ...random.maybe(() => ({ interval: Duration.millis(1), ejectionTime: Duration.hours(1) })),
    ...random.maybe(() => ({ maxEjectionPercent: 100, minHealthPercent: 1 })),
  };
}
