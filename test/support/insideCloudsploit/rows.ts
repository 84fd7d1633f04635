import { readFileSync } from 'node:fs';
import { clouds, type Row } from './modules';

/** `rows.js <collection> <plugin>…` prints what these plugins say of the collection: by plugin, the rows. */
const [file = '', ...ids] = process.argv.slice(2);
const collection: unknown = JSON.parse(readFileSync(file, 'utf8'));
const rowsOf = (id: string) =>
  new Promise<[string, readonly Row[]]>((resolve, reject) => {
    clouds.azure?.[id]?.run(collection, {}, (error, rows) => (error ? reject(error) : resolve([id, rows])));
  });
void Promise.all(ids.map(rowsOf)).then((found) => console.log(JSON.stringify(Object.fromEntries(found))));
