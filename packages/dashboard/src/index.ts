export { type Dashboard, dashboard } from './server/dashboard.ts'
export type { NodeRequest, NodeResponse } from './server/http/node.ts'
export type { ActionEvent, DashboardAction, DashboardOptions, Verdict } from './server/options.ts'
