import yargs from 'yargs';

yargs(['--help']).parse();
