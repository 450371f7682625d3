import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const CHROMIUM = '/usr/bin/chromium'
export const hasChromium = existsSync(CHROMIUM)
// A frame in a process of its own may lose a click or a key that comes while the frame is shown or taken away.
const ONE_PROCESS = ['--disable-site-isolation-trials']
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-sync',
  ...ONE_PROCESS,
]

/** Milliseconds that a browser may take for one thing, such as a click and what it waits for, on a machine with others to serve. */
export const PATIENCE = 15_000
/** The same for a test, which is made of several: what was waited for is told before the test's own time is up. */
export const TEST_TIMEOUT = 60_000

/** Starts Chromium without a screen. */
export const launchChromium = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS })
