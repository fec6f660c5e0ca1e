import { MeshFacts } from './mesh';

/** The access log of what is refused in the mesh. */
export interface SecurityTelemetryIntent {
  readonly kind: 'security-telemetry';
  readonly mesh: MeshFacts;
  /** Names of access logs: the one of what is refused, and those that go on beside it. */
  readonly provider: string;
  readonly keptProviders: readonly string[];
}

/** Bounds beyond which somebody is told. */
export interface SecurityAlertData {
  readonly denialsPerMinute: number;
  readonly workloadCertificateSeconds: number;
  readonly rootCertificateSeconds: number;
}
