import { RequestDestination } from '../policy/request/request';
import { Workload } from '../policy/workloads/workload';

/** A port of a workload, of a Service or ServiceEntry that has something of its own to ask, or of a gateway. */
export interface Port {
  readonly destination: RequestDestination;
  /** `shop/api:8080`. */
  readonly name: string;
  /** The workloads that it leads to. */
  readonly behind: readonly Workload[];
  /** The ports on which these listen to what is sent there. */
  readonly listening: readonly number[];
  /** Whether it stands for all ports that nobody names. */
  readonly isOther?: boolean;
}
