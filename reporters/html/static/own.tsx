import { mappingName } from '../../compliance';

/** Marks a mapping that is ours. */
export const Own = () => <span class="own">{mappingName({ own: true })}</span>;
