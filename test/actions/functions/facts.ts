import { createAction } from 'nango'
import { z } from 'zod'

export default createAction({
  description: 'Tells all that it knows.',
  input: z.void(),
  output: z.record(z.string(), z.unknown()),
  exec: async nango => {
    await nango.log('secret', { level: 'info' })
    return {
      connectionId: nango.connectionId,
      providerConfigKey: nango.providerConfigKey,
      provider: nango.provider,
      environmentName: nango.environmentName,
      activityLogId: nango.activityLogId,
      connection: await nango.getConnection(),
      token: await nango.getToken(),
      metadata: await nango.getMetadata(),
      integration: await nango.getIntegration(),
      variables: await nango.getEnvironmentVariables(),
    }
  },
})
