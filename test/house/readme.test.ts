import { pageOf } from '../../scripts/snippets';
import { isOurs, run } from '../support/snippets';

const { snippets } = pageOf('README.md');

describe('README', () => {
  test('has one example, of which every line can be copied', () => {
    expect(snippets.map(({ code }) => code.split('\n')[0])).toEqual(["import { App, Chart } from 'cdk8s';"]);
    expect(snippets[0].code.trimEnd().split('\n').length).toBeLessThanOrEqual(25);
  });

  test('shows exactly what its example renders, workloads and Services left out', () => {
    const { objects, error } = run(snippets[0]);

    expect(error).toBeUndefined();
    expect(objects.filter(isOurs).join('---\n')).toBe(snippets[0].expected?.text);
  });
});
