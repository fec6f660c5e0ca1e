/** What cannot be told of a call. */
export enum PlanQuestionKind {
  /** Nobody says who called, or it is no single service account. */
  UNKNOWN_CALLER = 'UNKNOWN_CALLER',

  /** The caller has no identity: it called in plaintext. */
  PLAINTEXT = 'PLAINTEXT',

  /** The caller is of another trust domain than that of the mesh. */
  FOREIGN_CALLER = 'FOREIGN_CALLER',

  /** The caller runs as the service account `default`, which many share. */
  SHARED_ACCOUNT = 'SHARED_ACCOUNT',

  /** What is called is not known: which methods and paths. */
  UNKNOWN_OPERATION = 'UNKNOWN_OPERATION',

  /** The port that the workload listens on is not known. */
  UNKNOWN_PORT = 'UNKNOWN_PORT',

  /** The path seems to name one thing of many, such as `/users/17`. */
  VARIABLE_PATH = 'VARIABLE_PATH',

  /** It was seen too seldom to be taken for what the caller does. */
  SEEN_SELDOM = 'SEEN_SELDOM',

  /** It cannot be granted as it was seen: a method that proxies do not let pass, a path that a policy would take for a pattern. */
  UNUSUAL_REQUEST = 'UNUSUAL_REQUEST',

  /** It was refused by a policy, or by the workload as not allowed. */
  DENIED = 'DENIED',

  /** It was answered with an error, and never otherwise. */
  FAILED = 'FAILED',

  /** Policies allow it under conditions, or to more callers, than an access of a plan says. */
  CONDITIONAL = 'CONDITIONAL',
}

/** What cannot be told of calls; nothing is granted for them until it is answered. */
export interface PlanQuestion {
  /** What is not known. */
  readonly kind: PlanQuestionKind;

  /** Who calls, as far as it is known: `shop/web`. */
  readonly caller: string;

  /** The workload that is called: `shop/api`. */
  readonly to: string;

  /** What is called, as far as it is known: `GET /users/{*} on port 8080`. */
  readonly request: string;

  /** How many calls are meant. */
  readonly calls: number;

  /** Where they are written, the first few: `api.log line 3: GET /users/17`. */
  readonly seen: string[];

  /** What would answer it. */
  readonly answer: string;
}

const STATE = 'state the call in calls if it is meant, or in refused if it is not';

/** What answers questions of a kind, where nothing better is known. */
export const ANSWERS: Readonly<Record<PlanQuestionKind, string>> = {
  UNKNOWN_CALLER: 'who calls: the account of the caller in calls, or refused if nobody should',
  PLAINTEXT: 'a proxy for the caller, or a PlaintextException or MtlsMigration while it has none; or refused if it should not call',
  FOREIGN_CALLER: "trustDomain of the plan, if it is that of this mesh; else its whole identity in calls, as in 'spiffe://west.example.com/ns/shop/sa/web', and caCertificates of the mesh; or refused",
  SHARED_ACCOUNT: 'a service account for the workload that calls, as by WorkloadIdentity, and its calls after that; or the call in calls with a reason; or refused',
  UNKNOWN_OPERATION: 'an access log of the workload that is called, or the operations in calls; or refused',
  UNKNOWN_PORT: 'the operation with the port that the workload listens on in calls; or refused',
  VARIABLE_PATH: 'an operation with a path for all of them in calls, if the segment is any; the paths one by one, if these are all; or refused',
  SEEN_SELDOM: `a log of more time, or a smaller minimumCalls; ${STATE}`,
  UNUSUAL_REQUEST: 'an operation that says what is meant in calls; or refused',
  DENIED: STATE,
  FAILED: STATE,
  CONDITIONAL: 'an access of its own beside the plan, with its conditions or its callers; or refused',
};
