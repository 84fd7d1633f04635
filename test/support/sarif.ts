import assert from 'node:assert/strict';
import type { Log, Notification, Result as SarifResult } from 'sarif';
import { reporters, type View } from '../../reporters';
import type { Report } from '../../types';
import { view } from './report';

/** The one run of a report as SARIF, in parts. */
export function runOf(report: Report, how: Partial<View> = {}) {
  const log: Log = JSON.parse(reporters.sarif(report, { ...view, ...how }));
  assert.equal(log.version, '2.1.0');
  assert.equal(log.runs.length, 1);
  const { results = [], invocations = [], tool, automationDetails } = log.runs[0] ?? assert.fail();
  const notifications = invocations[0]?.toolExecutionNotifications ?? [];
  return { results, invocations, notifications, rules: tool.driver.rules ?? [], tool, automationDetails };
}

const placeOf = ({ locations }: SarifResult | Notification) => locations?.[0] ?? assert.fail('no location');
export const idOf = (each: SarifResult | Notification) => placeOf(each).logicalLocations?.[0]?.fullyQualifiedName ?? '';
export const uriOf = (result: SarifResult) => placeOf(result).physicalLocation?.artifactLocation?.uri ?? '';
export const hashOf = ({ partialFingerprints }: SarifResult) => partialFingerprints?.primaryLocationLineHash ?? '';

/** No text is empty, or ends in half of a character. */
function assertWholeTexts(value: unknown, path: string): void {
  if (typeof value === 'string') {
    assert.notEqual(value, '', path);
    assert.doesNotMatch(value, /\p{Cs}/u, path);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) assertWholeTexts(each, `${path}.${key}`);
  } else assert.equal(typeof value, 'number', path);
}

/** What GitHub asks for: also where Microsoft's multitool lets it pass, a result without a file, or with one that has a scheme. */
export function assertGitHubTakes(report: Report, how: Partial<View>): void {
  const { results, rules, notifications } = runOf(report, how);
  for (const { id, shortDescription, fullDescription, help, helpUri, properties, defaultConfiguration } of rules) {
    for (const text of [id, shortDescription?.text, fullDescription?.text, help?.text, help?.markdown]) assert.ok(text);
    for (const text of [shortDescription?.text, fullDescription?.text]) assert.ok((text ?? '').length <= 1024);
    assert.equal(defaultConfiguration?.level, 'error');
    assert.match(helpUri ?? 'https:', /^https?:/);
    const tags: readonly string[] = properties?.tags ?? [];
    assert.ok(tags.includes('security') && tags.length <= 10);
    assert.match(properties?.['security-severity'], /^(8\.0|5\.5|3\.0)$/);
  }
  assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length);
  for (const result of results) {
    const { ruleId, ruleIndex = -1, level, message } = result;
    assert.ok(message.text);
    assert.match(level ?? '', /^(error|warning)$/);
    assert.equal(rules[ruleIndex]?.id, ruleId);
    assertRelative(uriOf(result));
    assert.deepEqual(placeOf(result).physicalLocation?.region, {
      startLine: 1,
      startColumn: 1,
      endLine: 1,
      endColumn: 1,
    });
    assert.equal(placeOf(result).logicalLocations?.[0]?.kind, 'resource');
    assert.match(hashOf(result), /^[0-9a-f]{16}:\d+$/);
  }
  assert.equal(new Set(results.map(hashOf)).size, results.length);
  for (const { descriptor, message, associatedRule } of notifications) {
    assert.ok(descriptor?.id && message.text);
    assert.equal(rules[associatedRule?.index ?? -1]?.id, associatedRule?.id);
  }
  assertWholeTexts({ rules, results, notifications }, '');
}

/** A path below azure/, whoever resolves it: not absolute, no scheme, and no way up. */
function assertRelative(uri: string): void {
  assert.match(uri, /^azure(\/([\w.!~*'()-]|%[0-9A-F]{2})+)+$/);
  assert.equal(new URL(uri, 'file:///repository/').href, `file:///repository/${uri}`);
  assert.doesNotMatch(uri.replaceAll(/%../g, ''), /[A-Z]/);
}
