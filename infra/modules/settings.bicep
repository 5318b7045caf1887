// Every app setting. A deployment replaces them all: what is not here is gone afterwards. docs/deploy.md lists them with their
// meaning, and a test holds that list, this file, local.settings.json.sample and the code together.
import { connectorSecret } from '../types.bicep'

param functionAppName string
param plan string
param identityName string
param hostAccountName string
param dataAccountName string
param vaultName string
param insightsName string
param graphCloud string
param sourceAllowedHosts string
param collectSchedule string
param reconcileSchedule string
param traceSamplingPercent int
param connectorSecrets connectorSecret[]

@description('Blob endpoint of the SFTP account. Empty: there is none, and drop lies in the data account.')
param dropBlobEndpoint string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}
resource host 'Microsoft.Storage/storageAccounts@2025-08-01' existing = {
  name: hostAccountName
}
resource data 'Microsoft.Storage/storageAccounts@2025-08-01' existing = {
  name: dataAccountName
}
resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}
resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: functionAppName
}

var archiveSettings = {
  ArchiveStorage__credential: 'managedidentity'
  ArchiveStorage__clientId: identity.properties.clientId
  ArchiveStorage__blobServiceUri: data.properties.primaryEndpoints.blob
  ArchiveStorage__queueServiceUri: data.properties.primaryEndpoints.queue
  ArchiveStorage__tableServiceUri: data.properties.primaryEndpoints.table
  AZURE_CLIENT_ID: identity.properties.clientId // which identity is asked for when the app calls Graph
  BLOB_TRIGGER_SOURCE: 'EventGrid' // Flex Consumption knows no other
  COLLECT_SCHEDULE: collectSchedule
  RECONCILE_SCHEDULE: reconcileSchedule
  GRAPH_CLOUD: graphCloud
  SOURCE_ALLOWED_HOSTS: sourceAllowedHosts
  TRACE_SAMPLING_PERCENT: string(traceSamplingPercent)
  TENANT_HASH_SALT: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=tenant-hash-salt)'
}

var dropSettings = empty(dropBlobEndpoint)
  ? {}
  : {
      DropStorage__clientId: identity.properties.clientId
      DropStorage__blobServiceUri: dropBlobEndpoint
    }

// The passwords and keys that connector files name, each a reference: the value never stands in a setting.
var secretSettings = toObject(connectorSecrets, s => s.setting, s => '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=${s.secret})')

// Read by the Functions host and by the platform, not by our code, but for the two of Application Insights, which both read.
var hostSettings = {
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.properties.clientId
  AzureWebJobsStorage__blobServiceUri: host.properties.primaryEndpoints.blob
  AzureWebJobsStorage__queueServiceUri: host.properties.primaryEndpoints.queue
  AzureWebJobsStorage__tableServiceUri: host.properties.primaryEndpoints.table
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
  OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: identity.properties.clientId // sign-in proves itself by this identity: no client secret
}

// Flex Consumption refuses these four; Elastic Premium takes the package from a blob, because its usual place, a file share, needs
// an account key.
var premiumSettings = plan == 'elasticPremium'
  ? {
      FUNCTIONS_EXTENSION_VERSION: '~4'
      FUNCTIONS_WORKER_RUNTIME: 'node'
      WEBSITE_RUN_FROM_PACKAGE: '${host.properties.primaryEndpoints.blob}app-package/archiver.zip'
      WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID: identity.id
    }
  : {}

resource settings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: union(archiveSettings, dropSettings, secretSettings, hostSettings, premiumSettings)
}
