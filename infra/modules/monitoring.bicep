// One workspace for telemetry and audit logs. Keys are off on both: who sends or reads signs in. There is no daily cap: what it cuts
// off first is the record of the day on which something went wrong. Cost is watched by the budget.
param appName string
param location string
param tags object
param logDays int

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: 'log-${appName}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: logDays
    features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${appName}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
    DisableIpMasking: false // no client addresses in telemetry
  }
}

output workspaceId string = workspace.id
output insightsName string = insights.name
