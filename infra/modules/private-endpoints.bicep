// Storage and vault get addresses inside the network, and names that lead there.
param appName string
param location string
param tags object
param vnetId string
param subnetId string
param hostAccountId string
param dataAccountId string
param vaultId string

@description('Resource group (id) that holds the private DNS zones already, as a hub network has them. Empty: they are made here.')
param dnsZonesGroupId string

var storageServices = ['blob', 'queue', 'table']

// privatelink.blob.core.windows.net …, privatelink.vaultcore.azure.net, or what another cloud has in their place
var zoneNames = concat(
  map(storageServices, service => 'privatelink.${service}.${environment().suffixes.storage}'),
  ['privatelink${replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')}']
)
var zonesGroupId = empty(dnsZonesGroupId) ? resourceGroup().id : dnsZonesGroupId
var endpoints = concat(
  map(storageServices, (service, i) => { name: 'host-${service}', target: hostAccountId, group: service, zone: i }),
  map(storageServices, (service, i) => { name: 'data-${service}', target: dataAccountId, group: service, zone: i }),
  [{ name: 'vault', target: vaultId, group: 'vault', zone: 3 }]
)

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for name in zoneNames: if (empty(dnsZonesGroupId)) {
    name: name
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (name, i) in zoneNames: if (empty(dnsZonesGroupId)) {
    parent: zones[i]
    name: 'vnet-${appName}'
    location: 'global'
    properties: { registrationEnabled: false, virtualNetwork: { id: vnetId } }
  }
]

// One after another: two that are made at once in one subnet get in each other's way.
@batchSize(1)
resource privateEndpoints 'Microsoft.Network/privateEndpoints@2025-05-01' = [
  for endpoint in endpoints: {
    name: 'pe-${appName}-${endpoint.name}'
    location: location
    tags: tags
    properties: {
      subnet: { id: subnetId }
      privateLinkServiceConnections: [{ name: endpoint.name, properties: { privateLinkServiceId: endpoint.target, groupIds: [endpoint.group] } }]
    }
  }
]

resource zoneGroups 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-05-01' = [
  for (endpoint, i) in endpoints: {
    parent: privateEndpoints[i]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: endpoint.group
          properties: { privateDnsZoneId: '${zonesGroupId}/providers/Microsoft.Network/privateDnsZones/${zoneNames[endpoint.zone]}' }
        }
      ]
    }
    dependsOn: [zones] // named by id, so Bicep does not see it
  }
]
