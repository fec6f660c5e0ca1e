import { at, Report } from '../problem';

interface Failover {
  readonly from: string;
  readonly to: string;
}

/** Where requests go by locality, once decoded. */
export interface ZoneAwareMessage {
  readonly failover: readonly Failover[];
  readonly failoverPriority: readonly string[];
}

/** Where requests go by locality, with shares, once decoded. */
export interface LocalityMessage extends ZoneAwareMessage {
  readonly distribute: ReadonlyArray<{ readonly from: string; readonly to?: Readonly<Record<string, number>> }>;
}

/** Labels of nodes that say where they are. */
const TOPOLOGY = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone', 'topology.istio.io/subzone'];

/** What istiod says of load balancing by locality; `ejects` says whether outliers are detected. */
export function checkLocality(setting: LocalityMessage | undefined, ejects: boolean, field: string, error: Report, warn: Report): void {
  if (setting === undefined) {
    return;
  }
  if (setting.distribute.length > 0 && setting.failover.length > 0) {
    error(field, 'must have at most one of distribute and failover, got both; keep one');
    return;
  }
  if (setting.failover.length > 0) {
    refuseTopology(setting, 'beside failover', field, error);
  }
  const sources = setting.distribute.map(({ from }) => from);
  checkLocalities(sources, at(field, 'distribute'), error);
  setting.distribute.forEach(({ to }, index) => checkShares(to ?? {}, at(field, 'distribute', index, 'to'), error));
  checkFailover(setting, ejects, field, error, warn);
}

/** What istiod says of load balancing that keeps to the zone by itself. */
export function checkZoneAware(setting: ZoneAwareMessage | undefined, ejects: boolean, field: string, error: Report, warn: Report): void {
  if (setting !== undefined) {
    refuseTopology(setting, 'in zoneAwareLbSetting, which keeps to the zone by itself', field, error);
    checkFailover(setting, ejects, field, error, warn);
  }
}

function refuseTopology({ failoverPriority }: ZoneAwareMessage, where: string, field: string, error: Report): void {
  failoverPriority.forEach((label, index) => {
    if (TOPOLOGY.includes(label)) {
      error(at(field, 'failoverPriority', index), `must not name a place ${where}, got '${label}'; use other labels`);
    }
  });
}

function checkFailover({ failover, failoverPriority }: ZoneAwareMessage, ejects: boolean, field: string, error: Report, warn: Report): void {
  if (failover.length + failoverPriority.length > 0 && !ejects) {
    warn(field, 'should stand beside outlierDetection, got none; without it nothing fails over');
  }
  failover.forEach(({ from, to }, index) => {
    const where = at(field, 'failover', index);
    if (from === to) {
      error(where, `must name two regions, got '${from}' twice; correct one of them`);
    }
    if (/[/*]/.test(from + to)) {
      error(where, `must name regions without '/' and '*', got '${from}' and '${to}'; drop the zones`);
    }
  });
}

function checkShares(shares: Readonly<Record<string, number>>, field: string, error: Report): void {
  const total = Object.values(shares).reduce((sum, share) => sum + share, 0);
  Object.entries(shares).filter(([, share]) => share < 1 || share > 100)
    .forEach(([locality, share]) => error(at(field, locality), `must be from 1 to 100, got '${share}'; leave a locality out that gets nothing`));
  if (total !== 100) {
    error(field, `must have shares of 100 together, got '${total}'; correct them`);
  }
  const localities = Object.keys(shares);
  checkLocalities(localities, field, error);
  checkLocalities(localities.reverse(), field, error); // istiod looks at them in any order
}

function checkLocalities(localities: readonly string[], field: string, error: Report): void {
  const parsed = localities.map(parts);
  localities.forEach((locality, index) => {
    if (/\*./s.test(locality) || parsed[index].includes('')) {
      error(field, `must have localities of REGION/ZONE/SUBZONE with '*' at the end at most, got '${locality}'; correct it`);
    }
    const earlier = parsed.slice(0, index).findIndex(other => covers(other, parsed[index]));
    if (earlier >= 0) {
      error(field, `must have localities that do not overlap, got '${localities[earlier]}' and '${locality}'; keep one`);
    }
  });
}

function parts(locality: string): string[] {
  const [region, zone, ...subzone] = locality.split('/');
  return [region, ...(zone === undefined ? [] : [zone]), ...(subzone.length === 0 ? [] : [subzone.join('/')])];
}

/** Whether an earlier locality leaves no room for another; a `*` of the other one is just a name to it. */
function covers(earlier: readonly string[], other: readonly string[]): boolean {
  const length = Math.min(earlier.length, other.length);
  const differing = earlier.slice(0, length).findIndex((name, index) => name !== other[index]);
  return differing < 0 || earlier[differing] === '*';
}
