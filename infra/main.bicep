// The whole installation but the Event Grid subscription (events.bicep), which needs the app's code to be there first. docs/deploy.md
// goes through it step by step. Never deployed so far: every property was checked against Azure's published types only; README.md
// lists what to try first.
targetScope = 'resourceGroup'

import { alertLimits, alwaysReadyGroup, budget, connectorSecret } from 'types.bicep'

@description('Lower-case letters and digits: it is part of the storage account names.')
@minLength(3)
@maxLength(11)
param appName string

param location string = resourceGroup().location
param tags object = {}

// --- what the archive keeps

@description('Days that raw items, receipts and custody files can neither be changed nor deleted. 2557 is seven years with two leap days.')
@minValue(1)
@maxValue(146000)
param retentionDays int = 2557

@description('true once lock-immutability.sh has locked the policies: the template then leaves them alone. A locked policy can only be extended, and a deployment that set it again would fail.')
param immutabilityLocked bool = false

@description('Replication of the data account. Zones at least: a lost archive cannot be fetched again.')
@allowed(['Standard_ZRS', 'Standard_GZRS', 'Standard_RAGZRS', 'Standard_GRS', 'Standard_LRS'])
param dataSku string = 'Standard_ZRS'

@description('Days after which a delivery in the drop container is deleted. Its items lie in raw by then.')
@minValue(30)
param dropDays int = 180

// --- how the app runs

@description('elasticPremium is for clouds without Flex Consumption: GCC High and DoD. Untested.')
@allowed(['flexConsumption', 'elasticPremium'])
param plan string = 'flexConsumption'

@description('Flex Consumption: memory of an instance.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Flex Consumption: the plan refuses less than 40. The parallel imports are this × batchSize of host.json.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Flex Consumption: instances that never go away. One for blob triggers keeps the first Event Grid delivery from meeting a cold host, which may refuse it.')
param alwaysReady alwaysReadyGroup[] = [{ name: 'blob', instanceCount: 1 }]

@description('Elastic Premium: the most instances that run at once.')
@minValue(1)
@maxValue(100)
param premiumInstances int = 10

@allowed(['global', 'usgov', 'dod', 'china'])
param graphCloud string = 'global'

@description('Hosts that connectors may reach, with commas between them.')
param sourceAllowedHosts string

@description('When collect looks for connectors that are due. NCRONTAB, UTC.')
param collectSchedule string = '0 */15 * * * *'

@description('When reconcile runs. NCRONTAB, UTC. The alert reconcile-silent expects it at least once an hour.')
param reconcileSchedule string = '0 7,22,37,52 * * * *'

@description('The secrets of the connectors: app setting ← Key Vault secret. Their values are put into the vault by put-secret.sh, never by a template.')
param connectorSecrets connectorSecret[] = []

// --- who may call

@description('Application (client) id of the Entra app registration that operators sign in to: register-operators-app.sh prints it.')
@minLength(36)
@maxLength(36)
param operatorsAppClientId string

@description('Applications besides the registration that may bring an operator\'s token. The default is the Azure CLI, from which the command line takes it.')
param operatorClients string[] = ['04b07795-8ddb-461a-bbee-02f9e1bf7b46']

@description('Address ranges that may reach the app and its deployment endpoint. Empty: everyone, behind sign-in; with privateNetwork nobody.')
param operatorRanges string[] = []

// --- surroundings

@description('Virtual network, private endpoints for storage and vault, inbound calls only from Event Grid and operatorRanges.')
param privateNetwork bool = false

@description('A /25 at least: it is cut into two subnets of 64 addresses.')
param addressSpace string = '10.40.0.0/24'

@description('Route table (id) that sends outbound calls to a firewall. Empty: a NAT gateway with a fixed address.')
param routeTableId string = ''

@description('Resource group (id) with the private DNS zones of a hub network. Empty: they are made here.')
param dnsZonesGroupId string = ''

@description('Ranges of joined networks that may reach the private endpoints.')
param privateRanges string[] = []

@description('Public ranges from which secrets may be set while privateNetwork is on. Empty: from inside the network only.')
param vaultRanges string[] = []

@description('Public keys (ssh-ed25519 …) that may deliver over SFTP. Empty: no SFTP endpoint. It gets an account of its own.')
param sftpPublicKeys string[] = []

@description('Addresses that may reach the SFTP endpoint. They hold with privateNetwork only.')
param sftpAllowedRanges string[] = []

// --- watching

param alertEmails string[]

@description('Action groups (ids) that are called too when a person is needed at once.')
param pagerGroupIds string[] = []

@description('Where alerts lead to: the address under which your operators read docs/operators-guide.md.')
param guideUrl string = 'docs/operators-guide.md'

param limits alertLimits = { silentHours: 26, pendingHours: 6, unmappedPercent: 30, refusedRequests: 50 }
param monthlyBudget budget?

@description('Days that telemetry and audit logs are kept. The evidence itself lies in custody, under retentionDays.')
@minValue(30)
@maxValue(730)
param logDays int = 90

@description('How many of a hundred items leave a trace of their way. Events and metrics are always sent. docs/cost.md says what each costs.')
@minValue(0)
@maxValue(100)
param traceSamplingPercent int = 100

@description('evidence: every access to blobs, deletions elsewhere. full: reads and writes of queues and tables too.')
@allowed(['evidence', 'full'])
param auditLevel string = 'evidence'

@description('Logs of the platform\'s sign-in. false where a plan has no such category.')
param signInLogs bool = true

var token = take(uniqueString(resourceGroup().id), 6)
var functionAppName = 'func-${appName}-${token}'
var closed = privateNetwork || !empty(operatorRanges)

// One identity for everything the app does: storage, vault, telemetry, Graph. User-assigned, so that its grants (Graph's need an
// administrator's consent) outlive a new app.
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${appName}'
  location: location
  tags: tags
}

module monitoring 'modules/monitoring.bicep' = {
  params: { appName: appName, location: location, tags: tags, logDays: logDays }
}

module hostStorage 'modules/host-storage.bicep' = {
  params: {
    accountName: 'sth${appName}${token}'
    location: location
    tags: tags
    closed: privateNetwork
    auditLevel: auditLevel
    workspaceId: monitoring.outputs.workspaceId
  }
}

module dataStorage 'modules/data-storage.bicep' = {
  params: {
    accountName: 'std${appName}${token}'
    location: location
    tags: tags
    sku: dataSku
    retentionDays: retentionDays
    immutabilityLocked: immutabilityLocked
    dropDays: dropDays
    closed: privateNetwork
  }
}

module dataAudit 'modules/data-audit.bicep' = {
  params: {
    dataAccountName: dataStorage.outputs.accountName
    workspaceId: monitoring.outputs.workspaceId
    auditLevel: auditLevel
  }
}

module vault 'modules/vault.bicep' = {
  params: {
    vaultName: 'kv-${appName}-${token}'
    location: location
    tags: tags
    closed: privateNetwork
    allowedRanges: vaultRanges
    workspaceId: monitoring.outputs.workspaceId
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  params: {
    appName: appName
    location: location
    tags: tags
    addressSpace: addressSpace
    routeTableId: routeTableId
    delegation: plan == 'flexConsumption' ? 'Microsoft.App/environments' : 'Microsoft.Web/serverFarms'
    privateRanges: privateRanges
  }
}

module privateEndpoints 'modules/private-endpoints.bicep' = if (privateNetwork) {
  params: {
    appName: appName
    location: location
    tags: tags
    vnetId: network!.outputs.vnetId
    subnetId: network!.outputs.endpointSubnetId
    hostAccountId: hostStorage.outputs.accountId
    dataAccountId: dataStorage.outputs.accountId
    vaultId: vault.outputs.vaultId
    dnsZonesGroupId: dnsZonesGroupId
  }
}

module drop 'modules/drop-sftp.bicep' = if (!empty(sftpPublicKeys)) {
  params: {
    accountName: 'stx${appName}${token}'
    location: location
    tags: tags
    publicKeys: sftpPublicKeys
    allowedRanges: sftpAllowedRanges
    subnetId: privateNetwork ? network!.outputs.appSubnetId : ''
    dropDays: dropDays
    workspaceId: monitoring.outputs.workspaceId
  }
}

// The topic is here and its subscription in events.bicep, so that the topic's identity has its role by then.
module topic 'modules/topic.bicep' = {
  params: {
    topicName: 'evgt-${appName}'
    location: location
    tags: tags
    dataAccountName: dataStorage.outputs.accountName
    workspaceId: monitoring.outputs.workspaceId
  }
}

module access 'modules/access.bicep' = {
  params: {
    appPrincipalId: identity.properties.principalId
    topicPrincipalId: topic.outputs.principalId
    hostAccountName: hostStorage.outputs.accountName
    dataAccountName: dataStorage.outputs.accountName
    dropAccountName: empty(sftpPublicKeys) ? '' : drop!.outputs.accountName
    vaultName: vault.outputs.vaultName
    insightsName: monitoring.outputs.insightsName
  }
}

module app 'modules/app.bicep' = {
  params: {
    functionAppName: functionAppName
    planName: 'plan-${appName}'
    location: location
    tags: tags
    plan: plan
    identityName: identity.name
    hostAccountName: hostStorage.outputs.accountName
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReady: alwaysReady
    premiumInstances: premiumInstances
    closed: closed
    operatorRanges: operatorRanges
    subnetId: privateNetwork ? network!.outputs.appSubnetId : ''
    workspaceId: monitoring.outputs.workspaceId
    signInLogs: signInLogs
  }
  // The host reads its storage as soon as it starts. Without the roles it is refused; without the private names it asks the closed
  // public address.
  dependsOn: [access, privateEndpoints]
}

module settings 'modules/settings.bicep' = {
  params: {
    functionAppName: functionAppName
    plan: plan
    identityName: identity.name
    hostAccountName: hostStorage.outputs.accountName
    dataAccountName: dataStorage.outputs.accountName
    vaultName: vault.outputs.vaultName
    insightsName: monitoring.outputs.insightsName
    graphCloud: graphCloud
    sourceAllowedHosts: sourceAllowedHosts
    collectSchedule: collectSchedule
    reconcileSchedule: reconcileSchedule
    traceSamplingPercent: traceSamplingPercent
    connectorSecrets: connectorSecrets
    dropBlobEndpoint: empty(sftpPublicKeys) ? '' : drop!.outputs.blobEndpoint
  }
  dependsOn: [app]
}

module signIn 'modules/sign-in.bicep' = {
  params: { functionAppName: functionAppName, operatorsAppClientId: operatorsAppClientId, allowedClients: operatorClients }
  dependsOn: [settings] // two writes to the app's configuration at once end in a conflict
}

module notifications 'modules/notifications.bicep' = {
  params: { appName: appName, tags: tags, alertEmails: alertEmails, monthlyBudget: monthlyBudget }
}

module alerts 'modules/alerts.bicep' = {
  params: {
    appName: appName
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    operatorsGroupId: notifications.outputs.operatorsGroupId
    pagerGroupIds: pagerGroupIds
    guideUrl: guideUrl
    limits: limits
  }
}

module platformAlerts 'modules/platform-alerts.bicep' = {
  params: {
    appName: appName
    location: location
    tags: tags
    topicId: topic.outputs.topicId
    vaultId: vault.outputs.vaultId
    operatorsGroupId: notifications.outputs.operatorsGroupId
    guideUrl: guideUrl
  }
}

module workbook 'modules/workbook.bicep' = {
  params: { appName: appName, location: location, tags: tags, workspaceId: monitoring.outputs.workspaceId }
}

// Read by the scripts, which ask the deployment for them.
output appName string = appName
output functionAppName string = functionAppName
output hostName string = app.outputs.hostName
output plan string = plan
output systemTopicName string = topic.outputs.topicName
output hostAccountName string = hostStorage.outputs.accountName
output dataAccountName string = dataStorage.outputs.accountName
output vaultName string = vault.outputs.vaultName
output identityClientId string = identity.properties.clientId
output identityPrincipalId string = identity.properties.principalId
output operatorsAppClientId string = operatorsAppClientId
output outboundAddress string = privateNetwork ? network!.outputs.outboundAddress : ''
