// All that a scan loads of Azure; the others come with these.
import '@azure/arm-postgresql';
import '@azure/arm-postgresql-flexible';
import '@azure/core-client';
import '@azure/core-rest-pipeline';
import '@azure/identity';
