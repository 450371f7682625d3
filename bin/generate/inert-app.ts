import { type App, createApp, type HttpServices } from '../../src/app.ts'
import { settings } from '../../src/config.ts'

const never = (): never => {
  throw new Error('an app without parts serves no request')
}
/** Stands for a part that no route may use before a request comes. */
const absent = <T extends object>(): T => new Proxy({}, { get: never }) as T

/** The app with all its routes and nothing behind them: for reading what it would serve. */
export const inertApp = (): App =>
  createApp({
    config: settings.parse({ KOINE_MASTER_KEY: 'none', KOINE_SECRET_KEY: 'none at all' }),
    store: absent<HttpServices['store']>(),
    sessions: absent<HttpServices['sessions']>(),
    webhooks: absent<HttpServices['webhooks']>(),
    runs: absent<HttpServices['runs']>(),
    catalogue: absent<HttpServices['catalogue']>(),
    cursors: absent<HttpServices['cursors']>(),
    client: absent<HttpServices['client']>(),
    asset: never,
    now: Date.now,
    log: () => {},
  })
