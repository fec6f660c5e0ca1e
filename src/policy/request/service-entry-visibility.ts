/** Which namespaces see a ServiceEntry: `meshConfig.serviceEntryVisibility`. */
export enum ServiceEntryVisibility {
  /** All. */
  PUBLIC = 'PUBLIC',
  /** Its own; it has no waypoint of another namespace. */
  NAMESPACE = 'NAMESPACE',
  /** None, so that it is as good as not there. */
  NONE = 'NONE',
  /** By rules of `policies`, which are not evaluated: what concerns ServiceEntries in ambient mode is undecided. */
  BY_POLICIES = 'BY_POLICIES',
}
