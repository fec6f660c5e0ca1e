import { Opening } from './openings';
import { Caller } from '../intent/caller';
import { AccessIntent, JwtIntent } from '../intent/intent';
import { PlaintextIntent } from '../intent/plaintext-intent';
import { Labels } from '../intent/workload';
import { AccessRequest } from '../policy/request/request';

/** A request by which an intent is put to the test: one that it promises, or one that is one field away from it and that it refuses. */
export interface Witness {
  readonly request: AccessRequest;
  /** What is forbidden is refused whatever other intents allow; what is asked is refused where authorizers refuse it, and by them; what is audited may be allowed or not; what is routed passes a gateway and is led on; what is kept out ends at the network. */
  readonly outcome: 'passes' | 'is routed' | 'is refused' | 'is refused as plaintext' | 'is forbidden' | 'is asked' | 'is not asked' | 'is audited' | 'is kept out';
  /** As messages show it: `GET /a on port 8080 of 'shop/api' from shop/web`. */
  readonly text: string;
}

/** Pods that a namespace or a mesh protects without an intent for them: of the app, or of another app by the labels of a selector; or what is behind a Service at a waypoint. */
export interface Bystander {
  readonly name: string;
  readonly namespace: string;
  /** Whether it is a Service, called through its waypoint. */
  readonly isService?: boolean;
  /** Of pods that are no workload of the app. */
  readonly labels?: Labels;
  /** The Service that leads to them, where they are known by that. */
  readonly service?: string;
  readonly ports: readonly number[];
  /** Ports at which they are a gateway that is stated, by which it is asked what it lets in there. */
  readonly served?: readonly number[];
  /** Whether their proxy is that of a gateway, which verifies no mutual TLS by PeerAuthentication: it refuses plaintext as it refuses anything. */
  readonly runsGateway?: boolean;
  /** Of a workload of the app, by which the network knows its pods, and policies find them. */
  readonly podLabels?: Labels;
  /** As which these run. */
  readonly serviceAccount?: string;
  /** What rules of other policies for them let in from callers whom nobody names. */
  readonly openings: readonly Opening[];
  /** What lets plaintext in there on purpose. */
  readonly exceptions: readonly PlaintextIntent[];
}

/** What the app has around an intent. */
export interface WitnessContext {
  /** The API that asks for tokens at the pods of an access. */
  readonly api?: JwtIntent;
  readonly bystanders: readonly Bystander[];
  /** What rules of other policies near the workload of an access or an API let in from callers whom nobody names. */
  readonly openings: readonly Opening[];
  /** What lets plaintext in at the workload of an intent on purpose. */
  readonly exceptions: readonly PlaintextIntent[];
  /** The accesses at the pods of an authorizer, or all that a quarantine may cut. */
  readonly accesses: readonly AccessIntent[];
  /** Workloads of the app that a caller stands for, as `NAMESPACE/NAME`; none where it is known by its identity only. */
  readonly sendersOf: (caller: Caller) => readonly string[];
}
