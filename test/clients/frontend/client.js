// The browser client, unchanged, for pages that tests open.
import Nango, { AuthError } from '@nangohq/frontend'

Object.assign(window, { Nango, AuthError })
