/** Each test in one line of TAP: of what Node's own reporter writes, Stryker's parser does not understand all. */
export default async function* tap(events) {
  let tests = 0;
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    yield `${type === 'test:pass' ? 'ok' : 'not ok'} ${++tests} - ${data.name.replaceAll(/[^\w ]+/g, ' ')}\n`;
  }
  yield `1..${tests}\n`;
}
