<#
.SYNOPSIS
Lets the app's identity write into the mailboxes of one group, and into no others (Exchange RBAC for Applications).
.DESCRIPTION
The role is Application Mail.ReadWrite: it also lets the app READ those mailboxes; Exchange has no role that only writes. Members of the
group count directly: those of a nested group do not. A change acts on the app after 30 minutes to 2 hours; the test at the end does not
wait for that. Needs the Exchange role Organization Management. Run again, it changes nothing that stands.
.PARAMETER AppId
Client id of the managed identity: the output identityClientId of the deployment.
.PARAMETER ObjectId
Object id of the managed identity: the output identityPrincipalId.
.PARAMETER Group
The mail-enabled security group or distribution list whose members are archived.
.PARAMETER Inside
A member of the group, to test with.
.PARAMETER Outside
A mailbox that is no member, to test with.
.PARAMETER Remove
Takes the grant back.
.EXAMPLE
./grant-mailboxes.ps1 -AppId $clientId -ObjectId $principalId -Group archived@contoso.com -Inside ann@contoso.com -Outside bob@contoso.com
#>
#Requires -Modules ExchangeOnlineManagement
[CmdletBinding(DefaultParameterSetName = 'Grant')]
param(
    [Parameter(Mandatory)] [guid] $AppId,
    [Parameter(Mandatory)] [guid] $ObjectId,
    [Parameter(Mandatory, ParameterSetName = 'Grant')] [string] $Group,
    [Parameter(Mandatory, ParameterSetName = 'Grant')] [string] $Inside,
    [Parameter(Mandatory, ParameterSetName = 'Grant')] [string] $Outside,
    [Parameter(Mandatory, ParameterSetName = 'Remove')] [switch] $Remove,
    [ValidateSet('O365Default', 'O365USGovGCCHigh', 'O365USGovDoD', 'O365China')] [string] $Environment = 'O365Default',
    [string] $Name = 'Mobile archiver'
)
$ErrorActionPreference = 'Stop'
$role = 'Application Mail.ReadWrite'
$scope = "$Name mailboxes"
$assignment = "$Name $role"

Connect-ExchangeOnline -ExchangeEnvironmentName $Environment -ShowBanner:$false

if ($Remove) {
    Get-ManagementRoleAssignment -Identity $assignment -ErrorAction SilentlyContinue | Remove-ManagementRoleAssignment -Confirm:$false
    Get-ManagementScope -Identity $scope -ErrorAction SilentlyContinue | Remove-ManagementScope -Confirm:$false
    Get-ServicePrincipal -Identity $ObjectId.ToString() -ErrorAction SilentlyContinue | Remove-ServicePrincipal -Confirm:$false
    Write-Output 'The grant is gone.'
    return
}

if (-not (Get-ServicePrincipal -Identity $ObjectId.ToString() -ErrorAction SilentlyContinue)) {
    $null = New-ServicePrincipal -AppId $AppId -ObjectId $ObjectId -DisplayName $Name
}
$filter = "MemberOfGroup -eq '$((Get-Group -Identity $Group).DistinguishedName)'"
$standing = Get-ManagementScope -Identity $scope -ErrorAction SilentlyContinue
if (-not $standing) {
    $null = New-ManagementScope -Name $scope -RecipientRestrictionFilter $filter
}
elseif ($standing.RecipientFilter -ne $filter) {
    Set-ManagementScope -Identity $scope -RecipientRestrictionFilter $filter
}
if (-not (Get-ManagementRoleAssignment -Identity $assignment -ErrorAction SilentlyContinue)) {
    $null = New-ManagementRoleAssignment -Name $assignment -App $ObjectId -Role $role -CustomResourceScope $scope
}

# InScope must be True for the one and False for the other. True for both: something grants mail for the whole tenant.
foreach ($case in @(@{ Mailbox = $Inside; Wanted = $true }, @{ Mailbox = $Outside; Wanted = $false })) {
    $verdict = Test-ServicePrincipalAuthorization -Identity $ObjectId -Resource $case.Mailbox | Where-Object RoleName -EQ $role
    $inScope = [bool]($verdict.InScope -contains $true)
    if ($inScope -ne $case.Wanted) {
        throw "$($case.Mailbox): in scope is $inScope, not $($case.Wanted). Is it a direct member of the group, as it should or should not be?"
    }
    Write-Output "$($case.Mailbox): in scope is $inScope, as it should be"
}
