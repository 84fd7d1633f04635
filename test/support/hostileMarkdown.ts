import fc from 'fast-check';
import { hostileNames } from './report';

/** Texts that would mean something in Markdown. */
export const hostile = [
  ...hostileNames,
  'a|b',
  '`x`',
  '**b**',
  '_b_',
  '~~b~~',
  '[l](javascript:1)',
  '![i](x)',
  '[x]: /y',
  '<img src=x onerror=1>',
  '<!-- x',
  '<https://evil.example>',
  '@octocat',
  '@octo/team',
  '#12',
  'octo/cat#12',
  'GH-12',
  'https://evil.example',
  'HTTP://evil.example',
  'WWW.evil.example',
  'mail@evil.example',
  'mailto:mail@evil.example',
  ':tada:',
  ':100:',
  '$x$',
  '$`x`$',
  '&lt;',
  '&#60;',
  'a\\',
  '\\|',
  '\\\\|x',
  '- x',
  '+ x',
  '1. x',
  '12) x',
  '# x',
  'x #',
  'www.\u3000x',
  '> x',
  '---',
  '===',
  '    x',
  ' x ',
  '| --- |',
  '[^1]',
  '[ ] x',
  '</details>',
  '</td></tr></table>',
];

/** What GitHub or GitLab would make something of, in one piece of text: https://docs.github.com/get-started/writing-on-github. */
export const alive = /@\w|#\d|!\d|\bGH-\d|:[\w+-]+:|\w:\/\/|\bwww\.\w|\$./i;

const letters = fc.constantFrom(
  ...'\\`*_{}[]()<>#+-.!|&~@:=$"\'/ \n\t1aw',
  '&amp;',
  '&#42;',
  'www.',
  'http',
  '://',
  'a@b.co',
  'GH-',
  '```',
  '1. ',
  '12) ',
  '- ',
  '> ',
  ' #',
  '<b>',
  '<!--',
  '\u00a0',
  '\u3000',
  '🍏',
);
/** Any text but none, and often of what means something in Markdown. */
export const anyText = fc
  .oneof(
    fc.array(letters, { maxLength: 12 }).map((all) => all.join('')),
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.string({ unit: 'grapheme', maxLength: 30 }),
  )
  .filter((text) => text !== '');
