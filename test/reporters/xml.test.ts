import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { element, xmlDocument } from '../../reporters/xml';
import { parseXml } from '../support/xml';

describe('xml', () => {
  it('is elements in elements, in their order', () => {
    const document = xmlDocument(element('a', { one: 1, two: 'zwei' }, [element('b', {}, 'B'), element('c', {})]));
    assert.equal(document, '<?xml version="1.0" encoding="UTF-8"?>\n<a one="1" two="zwei">\n<b>B</b>\n<c/>\n</a>\n');
  });

  const readBack = (text: string) => {
    const { attributes, text: inner } = parseXml(xmlDocument(element('a', { b: text }, text)));
    return [attributes.b, inner];
  };

  for (const [text, shown] of [
    ['a & b < c > d " e \' f', 'a & b < c > d " e \' f'],
    [']]> &amp; &#0; <!-- <![CDATA[ <?x?>', ']]> &amp; &#0; <!-- <![CDATA[ <?x?>'],
    ['tab\tline\nreturn\r\nend', 'tab\tline\nreturn\r\nend'],
    ['🍏 \u00e4 \ufffd', '🍏 \u00e4 \ufffd'],
    ['\0\u0001\u001b', '\\u{0}\\u{1}\\u{1b}'],
    ['\ufffe\uffff', '\\u{fffe}\\u{ffff}'],
    ['half of \ud83c', 'half of \\u{d83c}'],
  ] as const) {
    it(`holds ${JSON.stringify(text)}`, () => assert.deepEqual(readBack(text), [shown, shown]));
  }

  it('holds any text that XML can hold, as it is', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(fc.property(text, (each) => assert.deepEqual(readBack(each), [each, each])));
  });

  it('is well-formed whatever the text', () => {
    const unit = fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
      fc.constantFrom(...'<>&"\r\n]'),
    );
    fc.assert(fc.property(fc.string({ unit }), (each) => assert.equal(readBack(each)[0], readBack(each)[1])));
  });
});
