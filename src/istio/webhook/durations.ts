import { ValueRule } from './values';
import { parseDuration } from '../../util/go/duration';

const MILLISECOND = BigInt(1_000_000);
const SECOND = BigInt(1_000_000_000);

/** A duration that istiod could decode. */
export const milliseconds: ValueRule = value => {
  const duration = parseDuration(value) ?? BigInt(0);
  return duration < MILLISECOND || duration % MILLISECOND !== BigInt(0)
    ? `must be at least 1ms and a multiple of it, got '${value}'; round it to milliseconds`
    : undefined;
};

/** A duration as of `milliseconds`, in whole seconds. */
export const seconds: ValueRule = value =>
  milliseconds(value) ?? ((parseDuration(value) ?? BigInt(0)) % SECOND === BigInt(0) ? undefined : `must be in whole seconds, got '${value}'; round it`);
