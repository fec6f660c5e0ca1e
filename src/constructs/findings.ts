import { IConstruct } from 'constructs';
import { noFurther } from '../util/arguments';
import { oneOf, text } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { Finding } from '../validation/finding';
import { acknowledge } from './private/findings/acknowledgements';
import { refresh } from './private/index/clusters';
import { constructOf } from './private/reading/given-construct';
import { Renderings } from './private/statements/renderings';
import { checkWithEachValidation } from './private/statements/validation';
import { isWithin } from '../validation/findings/group';
import { RuleId, RULES } from '../validation/findings/rules';

/** Why findings of a rule are as they should be. */
export interface AcknowledgementOptions {
  /** The reason, in a few words for a reviewer. Must not be empty. */
  readonly reason: string;
}

const OPTIONS: InputStruct<AcknowledgementOptions> = { name: 'AcknowledgementOptions', members: { reason: 'needed' } };

/**
 * What is allowed in an app and probably not meant: below a construct, or all of it.
 *
 * What nobody has acknowledged is printed to stderr when the app is synthesized, each finding once.
 *
 * @example
 * declare const legacy: Chart;
 *
 * Findings.of(legacy).acknowledge('ZT107', { reason: 'moves into the mesh next quarter' });
 */
export class Findings {
  /**
   * The findings at a construct and below it.
   *
   * @param scope a construct, a chart, or the app
   */
  public static of(scope: IConstruct): Findings {
    noFurther('Findings.of', arguments, 1, 'ask for each construct by itself');
    return new Findings(constructOf('scope', scope, 'pass a construct, a chart, or the app'));
  }

  private constructor(private readonly scope: IConstruct) {}

  /**
   * All of them, those that are acknowledged too. Call it when the app is complete.
   */
  public all(): Finding[] {
    const { root, path } = this.scope.node;
    refresh(root);
    return Renderings.findingsOf(root)
      .map(finding => ({ ...finding, constructPaths: finding.constructPaths.filter(at => isWithin(at, path)) }))
      .filter(({ constructPaths }) => constructPaths.length > 0);
  }

  /**
   * Those that nobody has acknowledged: `expect(Findings.of(app).unacknowledged()).toEqual([])`. Call it when the app is complete.
   */
  public unacknowledged(): Finding[] { return this.all().filter(({ acknowledgedBecause }) => acknowledgedBecause === undefined); }

  /**
   * Says that what a rule finds here and below is as it should be. It is not printed any more, and keeps the reason.
   *
   * @param rule id of the rule, such as `ZT107`
   * @param options why
   */
  public acknowledge(rule: string, options: AcknowledgementOptions): void {
    const { reason } = taken('acknowledge', OPTIONS, options);
    const known = RULES.map(({ id }): RuleId => id);
    acknowledge(this.scope, oneOf('rule', rule as RuleId, known), text('reason', reason, 'say why it is as it should be'));
    checkWithEachValidation(this.scope.node.root);
  }
}
