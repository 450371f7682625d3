import type { Config } from '../config.ts'

/** The origin under which people reach the gateway: that of the setting, else that of the request's address. */
export const publicOrigin = ({ KOINE_PUBLIC_URL }: Pick<Config, 'KOINE_PUBLIC_URL'>, address: string): string =>
  KOINE_PUBLIC_URL ?? new URL(address).origin
