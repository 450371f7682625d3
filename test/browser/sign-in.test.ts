import { startNode } from '../support/node-gateway.ts'
import { signInCases } from './sign-in-cases.ts'

signInCases('against Node', startNode)
