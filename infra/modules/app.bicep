// The plan, the app, and who may call it. Its settings and its sign-in are in modules of their own.
import { alwaysReadyGroup } from '../types.bicep'

param functionAppName string
param planName string
param location string
param tags object

@description('flexConsumption, or elasticPremium for clouds that have no other.')
param plan string
param identityName string
param hostAccountName string
param instanceMemoryMB int
param maximumInstanceCount int
param alwaysReady alwaysReadyGroup[]
param premiumInstances int

@description('true: only Event Grid and operatorRanges get in.')
param closed bool
param operatorRanges string[]

@description('Subnet that outbound calls leave through. Empty: none.')
param subnetId string
param workspaceId string
param signInLogs bool

var isFlex = plan == 'flexConsumption'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}
resource host 'Microsoft.Storage/storageAccounts@2025-08-01' existing = {
  name: hostAccountName
}

resource serverFarm 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: isFlex ? 'functionapp' : 'elastic'
  sku: isFlex ? { name: 'FC1', tier: 'FlexConsumption' } : { name: 'EP1', tier: 'ElasticPremium', capacity: 1 }
  properties: { reserved: true, maximumElasticWorkerCount: isFlex ? null : premiumInstances }
}

// Event Grid must get in, or nothing is ever converted.
var eventGrid = [{ name: 'event-grid', priority: 100, action: 'Allow', tag: 'ServiceTag', ipAddress: 'AzureEventGrid' }]
var operators = map(operatorRanges, (range, i) => { name: 'operators-${i}', priority: 200 + i, action: 'Allow', ipAddress: range })

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: functionAppName
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    serverFarmId: serverFarm.id
    reserved: true
    httpsOnly: true
    publicNetworkAccess: 'Enabled' // Event Grid has no private way to a webhook
    keyVaultReferenceIdentity: identity.id
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    outboundVnetRouting: isFlex || empty(subnetId) ? null : { allTraffic: true } // Flex Consumption sends everything that way by itself
    functionAppConfig: isFlex
      ? {
          deployment: {
            storage: {
              type: 'blobContainer'
              value: '${host.properties.primaryEndpoints.blob}app-package'
              authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identity.id }
            }
          }
          runtime: { name: 'node', version: '24' }
          scaleAndConcurrency: {
            instanceMemoryMB: instanceMemoryMB
            maximumInstanceCount: maximumInstanceCount
            alwaysReady: alwaysReady
          }
        }
      : null
    siteConfig: {
      linuxFxVersion: isFlex ? null : 'NODE|24'
      // Storage behind a private endpoint is invisible to the scale controller: without this line the app stays at one instance.
      functionsRuntimeScaleMonitoringEnabled: isFlex ? null : !empty(subnetId)
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      remoteDebuggingEnabled: false
      ipSecurityRestrictionsDefaultAction: closed ? 'Deny' : 'Allow'
      ipSecurityRestrictions: closed ? concat(eventGrid, operators) : []
      scmIpSecurityRestrictionsUseMain: false // Event Grid has no business at the deployment endpoint
      scmIpSecurityRestrictionsDefaultAction: closed ? 'Deny' : 'Allow'
      scmIpSecurityRestrictions: closed ? operators : []
    }
  }

  // Publishing signs in with Entra ID; user name and password are off.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }
  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

// Whom the platform let in or turned away. Requests that it stops never reach the host, so nothing else knows of them.
resource signIn 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (signInLogs) {
  name: 'sign-in'
  scope: app
  properties: { workspaceId: workspaceId, logs: [{ category: 'AppServiceAuthenticationLogs', enabled: true }] }
}

output hostName string = app.properties.defaultHostName
