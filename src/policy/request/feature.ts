/** Behaviour of the evaluator that came with a version of Istio, and that version. */
const SINCE = {
  ingressOfNamespaces: '1.25.0',
  ingressToHeadless: '1.25.0',
  allocatedAddresses: '1.25.0',
  wrappedWaypoints: '1.27.0',
  eastWestExempt: '1.27.0',
  goTruthOfIngress: '1.30.0',
  waypointCanaries: '1.31.0',
  serviceEntryVisibility: '1.31.0',
  serviceAccounts: '1.25.0',
  gatewayClassTarget: '1.25.0',
  sniAtWaypoints: '1.25.0',
  emptyPortsWithPlugin: '1.25.0',
  ambientExclusions: '1.26.0',
  strictInjectLabel: '1.27.0',
  connectionSettings: '1.31.0',
  spaceDelimitedClaims: '1.28.0',
  quotedPatterns: '1.30.0',
  outputHeadersAlwaysRemoved: '1.32.0',
  strictProviderNames: '1.30.0',
  tunnelPastBypass: '1.29.0',
  trustDomains: '1.30.2',
  gatewaysOfAllRevisions: '1.31.0',
  strictGatewayMerging: '1.31.0',
} as const;

export type Feature = keyof typeof SINCE;

/** What a version of Istio has. */
export function featuresOf(istioVersion: string): ReadonlySet<string> {
  const version = versionNumbers(istioVersion);
  return new Set(Object.entries(SINCE).filter(([, since]) => !isBefore(version, versionNumbers(since))).map(([feature]) => feature));
}

function versionNumbers(text: string): number[] {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  if (!match) throw new Error(`istioVersion must be like 1.29 or 1.30.1, got '${text}'`);
  return [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
}

function isBefore(a: number[], b: number[]): boolean {
  const differs = a.findIndex((part, index) => part !== b[index]);
  return differs >= 0 && a[differs] < b[differs];
}
