import { Caller } from './caller';
import { ConditionData } from './condition';
import { JwtIssuerData } from './jwt-issuer';
import { HttpOperationData } from './operation-data';

/** When a rule holds: some days of the week, from one minute of the day to another, on the clocks of a time zone. */
export interface OpaHoursData {
  readonly timeZone: string;
  readonly days: readonly string[];
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** What OPA lets pass. All that is there must hold. */
export interface OpaRuleData {
  readonly operations: readonly HttpOperationData[];
  /** Empty for whoever calls. */
  readonly callers: readonly Caller[];
  readonly hours?: OpaHoursData;
  /** Empty where no token is asked for. */
  readonly issuers: readonly JwtIssuerData[];
  readonly conditions: readonly ConditionData[];
}

/** Rego by its files: made of rules, or as it is written. */
export type OpaPolicyData =
  | { readonly kind: 'rules'; readonly rules: readonly OpaRuleData[] }
  | { readonly kind: 'rego'; readonly files: Readonly<Record<string, string>> };
