/** The version of the gateway, the same as in `package.json`, which the edge cannot read. */
export const version = '0.1.0'
