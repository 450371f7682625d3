// Runs before the script of the reference: the validator in it tries `new Function` as soon as it is there, unless it
// is told not to, and the page's policy would report that.
globalThis.__zod_globalConfig = { jitless: true }

// Nothing of the page may come from elsewhere or be sent elsewhere: fonts, agent, client, toolbar and telemetry are off.
addEventListener('DOMContentLoaded', () =>
  Scalar.createApiReference('#reference', {
    url: '/openapi.json',
    withDefaultFonts: false,
    agent: { disabled: true },
    mcp: { disabled: true },
    telemetry: false,
    hideClientButton: true,
    showDeveloperTools: 'never',
    documentDownloadType: 'json',
    authentication: { preferredSecurityScheme: 'key' },
    defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
  }),
)
