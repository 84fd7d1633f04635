import schema = require('../../schema');

/** As much of JSON Schema as the report's own uses. */
export interface Schema {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: string | number;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly $ref?: string;
  readonly pattern?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}

const { $defs, ...report } = schema as unknown as Schema & { readonly $defs: Readonly<Record<string, Schema>> };

/** The types of the report by name, the report first. */
export const reportTypes: Readonly<Record<string, Schema>> = { Report: report, ...$defs };
