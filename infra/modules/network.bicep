// One network for the app and its private endpoints. Outbound calls leave through one address, which TeleMessage and a customer's
// gateway can put on their lists; or, with a route table, through the customer's own firewall. The app itself stays reachable from
// outside, because Event Grid calls it (app.bicep says who else may).
param appName string
param location string
param tags object
param addressSpace string

@description('Route table that sends everything to the customer\'s firewall. Empty: a NAT gateway with an address of its own.')
param routeTableId string

@description('Service that owns the app\'s subnet: it differs between the plans.')
param delegation string

@description('Address ranges of joined networks that may reach the private endpoints, to set secrets or read the archive.')
param privateRanges string[]

var appRange = cidrSubnet(addressSpace, 26, 0)
var endpointRange = cidrSubnet(addressSpace, 26, 1)

resource address 'Microsoft.Network/publicIPAddresses@2025-05-01' = if (empty(routeTableId)) {
  name: 'pip-${appName}'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIPAllocationMethod: 'Static', publicIPAddressVersion: 'IPv4' }
}

resource nat 'Microsoft.Network/natGateways@2025-05-01' = if (empty(routeTableId)) {
  name: 'ng-${appName}'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIpAddresses: [{ id: address.id }] }
}

// Nothing connects to an app's outbound subnet; the default rules would let joined networks try.
resource appGuard 'Microsoft.Network/networkSecurityGroups@2025-05-01' = {
  name: 'nsg-${appName}-app'
  location: location
  tags: tags
  properties: {
    securityRules: [
      {
        name: 'itself'
        properties: {
          priority: 100
          direction: 'Inbound'
          access: 'Allow'
          protocol: '*'
          sourceAddressPrefix: appRange
          sourcePortRange: '*'
          destinationAddressPrefix: appRange
          destinationPortRange: '*'
        }
      }
      {
        name: 'azure-probes'
        properties: {
          priority: 110
          direction: 'Inbound'
          access: 'Allow'
          protocol: '*'
          sourceAddressPrefix: 'AzureLoadBalancer'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
        }
      }
      {
        name: 'nobody-else'
        properties: {
          priority: 4000
          direction: 'Inbound'
          access: 'Deny'
          protocol: '*'
          sourceAddressPrefix: '*'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
        }
      }
    ]
  }
}

resource endpointGuard 'Microsoft.Network/networkSecurityGroups@2025-05-01' = {
  name: 'nsg-${appName}-endpoints'
  location: location
  tags: tags
  properties: {
    securityRules: [
      {
        name: 'app-and-named-ranges'
        properties: {
          priority: 100
          direction: 'Inbound'
          access: 'Allow'
          protocol: 'Tcp'
          sourceAddressPrefixes: concat([appRange], privateRanges)
          sourcePortRange: '*'
          destinationAddressPrefix: endpointRange
          destinationPortRange: '443'
        }
      }
      {
        name: 'nobody-else'
        properties: {
          priority: 4000
          direction: 'Inbound'
          access: 'Deny'
          protocol: '*'
          sourceAddressPrefix: '*'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
        }
      }
    ]
  }
}

resource vnet 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: 'vnet-${appName}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressSpace] }
    // Here and not as resources of their own: a second deployment would first remove them, and fail while the app sits in one.
    subnets: [
      {
        name: 'app' // no underscore: the plan refuses it
        properties: {
          addressPrefix: appRange
          delegations: [{ name: 'app', properties: { serviceName: delegation } }]
          natGateway: empty(routeTableId) ? { id: nat.id } : null
          routeTable: empty(routeTableId) ? null : { id: routeTableId }
          serviceEndpoints: [{ service: 'Microsoft.Storage' }] // to the SFTP account, which has no private endpoint
          networkSecurityGroup: { id: appGuard.id }
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: endpointRange
          networkSecurityGroup: { id: endpointGuard.id }
          privateEndpointNetworkPolicies: 'Enabled' // else the rules above do not hold for private endpoints
        }
      }
    ]
  }

  resource appSubnet 'subnets' existing = {
    name: 'app'
  }
  resource endpointSubnet 'subnets' existing = {
    name: 'endpoints'
  }
}

output vnetId string = vnet.id
output appSubnetId string = vnet::appSubnet.id
output endpointSubnetId string = vnet::endpointSubnet.id
output outboundAddress string = empty(routeTableId) ? address!.properties.ipAddress : ''
