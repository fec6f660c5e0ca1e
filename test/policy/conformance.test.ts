import { readFileSync } from 'fs';
import { join } from 'path';
import { gunzipSync } from 'zlib';
import { decision } from '../../conformance/families/decision';
import { Recorded } from '../../conformance/families/family';

// the hand-made worlds, one behaviour each; all recordings are replayed by conformance/
describe('recorded decisions', () => {
  test.each(['minimal', 'minimal-ztunnel'])('%s agrees', family => {
    const text = gunzipSync(readFileSync(join(__dirname, '../../conformance/corpus', `${family}.jsonl.gz`))).toString('utf8');
    const checks = text.trim().split('\n').flatMap(line => [...decision.replay(JSON.parse(line) as Recorded)]);

    expect(checks.length).toBeGreaterThan(100);
    expect(checks.map(({ disagreement }) => disagreement?.where).filter(where => where !== undefined)).toEqual([]);
  });
});
