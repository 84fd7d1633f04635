import type { Json } from './types';

/** JSON Schema of the report, draft 2020-12: the file, required from where it stands beside dist. */
const schema: { readonly $schema: string; readonly $id: string; readonly [keyword: string]: Json } =
  require('../schemas/report-1.json');

export = schema;
