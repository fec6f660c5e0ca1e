import { Facts } from '../../../src/policy/matching/facts';
import { FieldTest, ruleTest } from '../../../src/policy/proxies/rule';
import { Truth } from '../../../src/util/truth';
import { NOTHING } from '../support';

const FACTS: Facts = { peer: '', sni: '', port: 80, sourceIp: undefined, remoteIp: undefined, destinationIp: undefined };
const field = (truth: Truth): FieldTest => ({ where: '', values: [], test: () => truth, asks: NOTHING });
const [yes, no, unknown] = [true, false, undefined].map(field);

describe('a rule matches', () => {
  test.each<[string, FieldTest[][], FieldTest[][], FieldTest[], Truth]>([
    ['anything where it asks for nothing', [], [], [], true],
    ['by one of its sources', [[no], [yes]], [], [], true],
    ['by a source that asks for nothing', [[unknown], []], [], [], true],
    ['by all fields of a source', [[yes, no]], [], [], false],
    ['by sources, operations and conditions', [[yes]], [[yes]], [yes, yes], true],
    ['not without an operation', [[yes]], [[no]], [yes], false],
    ['not without a condition', [[yes]], [[yes]], [yes, no], false],
    ['not where one part does not, whatever is unknown', [[unknown]], [[unknown]], [no], false],
    ['perhaps where a part is unknown', [[unknown], [no]], [[yes]], [], undefined],
    ['where another source does, whatever is unknown', [[unknown], [yes]], [], [], true],
    ['perhaps where a condition is unknown', [], [], [yes, unknown], undefined],
  ])('%s', (_, from, to, when, expected) => {
    expect(ruleTest({ from, to, when })(FACTS)).toBe(expected);
  });
});
