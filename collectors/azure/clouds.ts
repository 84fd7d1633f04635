import { didYouMean } from '../../helpers/nearest';
import { ScanError } from '../../helpers/scanError';

/** Where an Azure is: what belongs together, for a token of one cloud is worth nothing in another. */
export interface Cloud {
  /** The origin of Azure Resource Manager: `https://management.azure.com`. */
  readonly armEndpoint: string;
  /** What a token is asked for, without `/.default`. The endpoint itself, if left out. */
  readonly audience?: string;
  /** The origin of Microsoft Entra ID. If left out: AZURE_AUTHORITY_HOST, else that of the public cloud. */
  readonly authorityHost?: string;
  /** What a token for a database is asked for, and what the names of its servers end in. */
  readonly postgres?: { readonly audience: string; readonly suffix: string };
  /** What GitHub's token for Entra is made out to, if not `api://AzureADTokenExchange`. */
  readonly tokenExchange?: string;
}

export const cloudNames = ['public', 'usgov', 'china'] as const;
export type CloudName = (typeof cloudNames)[number];

/**
 * The same values as `az cloud list` and the Azure SDK for Go have:
 * https://github.com/Azure/azure-cli/blob/dev/src/azure-cli-core/azure/cli/core/cloud.py.
 */
export const clouds: Readonly<Record<CloudName, Cloud & Required<Pick<Cloud, 'authorityHost' | 'postgres'>>>> = {
  public: {
    armEndpoint: 'https://management.azure.com',
    authorityHost: 'https://login.microsoftonline.com',
    postgres: {
      audience: 'https://ossrdbms-aad.database.windows.net',
      suffix: '.postgres.database.azure.com',
    },
  },
  usgov: {
    armEndpoint: 'https://management.usgovcloudapi.net',
    audience: 'https://management.core.usgovcloudapi.net',
    authorityHost: 'https://login.microsoftonline.us',
    tokenExchange: 'api://AzureADTokenExchangeUSGov',
    postgres: {
      audience: 'https://ossrdbms-aad.database.usgovcloudapi.net',
      suffix: '.postgres.database.usgovcloudapi.net',
    },
  },
  china: {
    armEndpoint: 'https://management.chinacloudapi.cn',
    audience: 'https://management.core.chinacloudapi.cn',
    authorityHost: 'https://login.chinacloudapi.cn',
    tokenExchange: 'api://AzureADTokenExchangeChina',
    postgres: {
      audience: 'https://ossrdbms-aad.database.chinacloudapi.cn',
      suffix: '.postgres.database.chinacloudapi.cn',
    },
  },
};

/** What else people call them: CloudSploit, `az cloud list`, `Connect-AzAccount -Environment`, the SDKs for Go and .NET. */
const otherNames: Readonly<Record<string, CloudName>> = {
  azure: 'public',
  azurecloud: 'public',
  azurepublic: 'public',
  azurepubliccloud: 'public',
  gov: 'usgov',
  govcloud: 'usgov',
  azuregovernment: 'usgov',
  azureusgovernment: 'usgov',
  azureusgovernmentcloud: 'usgov',
  azurechina: 'china',
  azurechinacloud: 'china',
};

/** The cloud of a name, in whatever case. Throws a ScanError, `bad-option`. */
export function cloudNamed(word: string): Cloud {
  const given = word.trim().toLowerCase();
  const name = cloudNames.find((each) => each === given) ?? (Object.hasOwn(otherNames, given) && otherNames[given]);
  if (name) return clouds[name];
  const remedy = `It can be ${cloudNames.join(', ')}; a private cloud is named by --arm-endpoint and --authority-host.`;
  throw new ScanError('bad-option', `No cloud is called "${word}".`, didYouMean(word, cloudNames, remedy));
}

/** Microsoft leads those who ask for the one in China to a newer name of it. */
const newerAuthority = 'login.partner.microsoftonline.cn';

const cloudByAuthority = (authorityHost: string | undefined): Cloud | undefined => {
  const host = authorityHost && URL.canParse(authorityHost) ? new URL(authorityHost).host : undefined;
  if (host === newerAuthority) return clouds.china;
  return Object.values(clouds).find((cloud) => new URL(cloud.authorityHost).host === host);
};

/** The known cloud of an authority; for any other, the public one, and the authority is left to the environment. */
export const cloudOfEnvironment = (authorityHost: string | undefined): Cloud =>
  cloudByAuthority(authorityHost) ?? { armEndpoint: clouds.public.armEndpoint };

/** A cloud whose endpoints are origins, and whose audience belongs to its endpoint. */
export type CheckedCloud = Cloud & { readonly audience: string };

/** The token goes to `armEndpoint` and no other place, so it has to be an origin: https, a host, nothing more. Throws a ScanError, `bad-option`. */
export function checkedCloud({ armEndpoint, audience, authorityHost, ...more }: Cloud): CheckedCloud {
  const endpoint = originOf(armEndpoint, 'ARM endpoint', clouds.public.armEndpoint);
  const cloud = { ...more, armEndpoint: endpoint, audience: audience ?? endpoint };
  if (audience !== undefined && !known({ armEndpoint: endpoint, audience }) && audience !== endpoint) {
    throw new ScanError(
      'bad-option',
      `A token for ${audience} is not for the ARM endpoint ${endpoint}.`,
      'Name one of the known clouds, or leave the audience out.',
    );
  }
  if (authorityHost === undefined) return cloud;
  return { ...cloud, authorityHost: originOf(authorityHost, 'authority host', clouds.public.authorityHost) };
}

const known = ({ armEndpoint, audience }: Cloud) =>
  Object.values(clouds).some((cloud) => cloud.armEndpoint === armEndpoint && cloud.audience === audience);

/** Whether a server of this name is Azure's: nobody else is given a certificate for it. */
export const isDatabaseOfAzure = (host: string): boolean =>
  Object.values(clouds).some(({ postgres }) => host.toLowerCase().replace(/\.$/, '').endsWith(postgres.suffix));

/** Microsoft's own sign-in vouches for its hosts only, and a private cloud may not reach it. */
export const isKnownAuthority = (host: string): boolean => cloudByAuthority(host) !== undefined;

function originOf(text: string, what: string, example: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' && `${url.origin}/` === url.href) return url.origin;
  const shown = text.replace(/\/\/.*@/s, '//…@');
  throw new ScanError('bad-option', `The ${what} "${shown}" is not an https origin.`, `Give one such as ${example}.`);
}
