import { text } from '../util/given';
import { quoted } from '../util/text';

/** An image of OPA with its Envoy plugin that stays the same: by a tag that names a version, or a digest. */
export function opaImage(given: string): string {
  const image = text('image', given, `as in '${EXAMPLE}'`);
  const [, name, tag, digest] = /^((?:[\w.-]+(?::\d+)?\/)?[a-z0-9._/-]+?)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(image) ?? [];
  if (name === undefined) { throw new Error(`image must be the reference of an image, got ${quoted(image)}; as in '${EXAMPLE}'`); }
  if (digest === undefined && (tag === undefined || /^(latest|edge|dev)\b/.test(tag))) {
    throw new Error(`image must have a tag that names a version, or a digest, got ${quoted(image)}, by which tomorrow's pods run another one; as in '${EXAMPLE}'`);
  }
  if (tag !== undefined && /^v?0\./.test(tag)) { throw new Error(`image must be OPA 1.0 or later, got ${quoted(image)}; earlier ones do not read Rego v1`); }
  if (tag !== undefined && /(^|\/)openpolicyagent\/opa$/.test(name) && !/-(envoy|istio)\b/.test(tag)) {
    throw new Error(`image must be OPA with the Envoy plugin, got ${quoted(image)}, which has none and does not start; did you mean '${name}:${tag.replace(/-.*/, '')}-envoy-static'?`);
  }
  return image;
}

const EXAMPLE = 'docker.io/openpolicyagent/opa:1.17.0-envoy-static';
