import { HopVerdict } from './proxies/verdict';
import { Connection } from './request/connection';
import { Mesh, MeshSettings } from './request/mesh-settings';
import { Inventory } from './resources/inventory';
import { Way } from './way/hop';

/** A way of a request, and what each proxy on it does. */
export interface Passage {
  readonly way: Way;
  readonly verdicts: readonly HopVerdict[];
  /** What is sent. */
  readonly connection: Connection;
}

/** What a PolicySet has read, for questions about all of it. */
export interface PolicyWorld {
  readonly inventory: Inventory;
  readonly mesh: Mesh;
  /** As given, or as read. */
  readonly settings: MeshSettings;
}
