/** Something that decides the requests of the bench. */
export interface Engine {
  readonly name: string;
  /** One question per request, with its input made ready: only what answers it is measured. */
  readonly questions: readonly (() => boolean)[];
}
