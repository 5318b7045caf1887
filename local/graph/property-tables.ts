/**
 * What Graph lets a request body hold, by type, from the v1.0 description that
 * Microsoft publishes (microsoftgraph/msgraph-metadata). `?` may be null, `[]`
 * is a list; other words name a type of this table, an enumeration or a
 * primitive. `message` and `mailFolder` are open types there: Graph itself would
 * let a misspelt name pass, the stand-in does not.
 */
export const TYPES = {
  message: {
    id: "string",
    categories: "string[]",
    changeKey: "string?",
    createdDateTime: "dateTime?",
    lastModifiedDateTime: "dateTime?",
    bccRecipients: "recipient[]",
    body: "itemBody?",
    bodyPreview: "string?",
    ccRecipients: "recipient[]",
    conversationId: "string?",
    conversationIndex: "binary?",
    flag: "followupFlag?",
    from: "recipient?",
    hasAttachments: "boolean?",
    importance: "importance?",
    inferenceClassification: "inferenceClassificationType?",
    internetMessageHeaders: "internetMessageHeader[]",
    internetMessageId: "string?",
    isDeliveryReceiptRequested: "boolean?",
    isDraft: "boolean?",
    isRead: "boolean?",
    isReadReceiptRequested: "boolean?",
    parentFolderId: "string?",
    receivedDateTime: "dateTime?",
    replyTo: "recipient[]",
    sender: "recipient?",
    sentDateTime: "dateTime?",
    subject: "string?",
    toRecipients: "recipient[]",
    uniqueBody: "itemBody?",
    webLink: "string?",
    attachments: "attachment[]",
    extensions: "extension[]",
    multiValueExtendedProperties: "multiValueLegacyExtendedProperty[]",
    singleValueExtendedProperties: "singleValueLegacyExtendedProperty[]",
  },
  mailFolder: {
    id: "string",
    childFolderCount: "int32?",
    displayName: "string?",
    isHidden: "boolean?",
    parentFolderId: "string?",
    totalItemCount: "int32?",
    unreadItemCount: "int32?",
    childFolders: "mailFolder[]",
    multiValueExtendedProperties: "multiValueLegacyExtendedProperty[]",
    singleValueExtendedProperties: "singleValueLegacyExtendedProperty[]",
  },
  recipient: { emailAddress: "emailAddress?" },
  emailAddress: { address: "string?", name: "string?" },
  itemBody: { content: "string?", contentType: "bodyType?" },
  followupFlag: {
    completedDateTime: "dateTimeTimeZone?",
    dueDateTime: "dateTimeTimeZone?",
    flagStatus: "followupFlagStatus?",
    startDateTime: "dateTimeTimeZone?",
  },
  dateTimeTimeZone: { dateTime: "string", timeZone: "string?" },
  internetMessageHeader: { name: "string?", value: "string?" },
  singleValueLegacyExtendedProperty: { id: "string", value: "string?" },
  multiValueLegacyExtendedProperty: { id: "string", value: "string[]" },
  extension: { id: "string" },
  fileAttachment: {
    id: "string",
    contentType: "string?",
    isInline: "boolean",
    lastModifiedDateTime: "dateTime?",
    name: "string?",
    size: "int32",
    contentBytes: "binary?",
    contentId: "string?",
    contentLocation: "string?",
  },
  attachmentItem: {
    attachmentType: "attachmentType?",
    contentId: "string?",
    contentType: "string?",
    isInline: "boolean?",
    name: "string?",
    size: "int64?",
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

export const ENUMS: Readonly<Record<string, readonly string[]>> = {
  attachmentType: ["file", "item", "reference"],
  bodyType: ["text", "html"],
  followupFlagStatus: ["notFlagged", "complete", "flagged"],
  importance: ["low", "normal", "high"],
  inferenceClassificationType: ["focused", "other"],
};

/** What `$select` may name on an attachment; the rest belongs to `fileAttachment` and needs the cast. */
export const ATTACHMENT_BASE = [
  "id",
  "contentType",
  "isInline",
  "lastModifiedDateTime",
  "name",
  "size",
];

/** What `$select` may name on a user. */
export const USER_PROPERTIES = `
  id deletedDateTime aboutMe accountEnabled ageGroup assignedLicenses assignedPlans
  authorizationInfo birthday businessPhones city companyName consentProvidedForMinor country
  createdDateTime creationType customSecurityAttributes department deviceEnrollmentLimit
  displayName employeeHireDate employeeId employeeLeaveDateTime employeeOrgData employeeType
  externalUserState externalUserStateChangeDateTime faxNumber givenName hireDate identities
  identityParentId imAddresses interests isManagementRestricted isResourceAccount jobTitle
  lastPasswordChangeDateTime legalAgeGroupClassification licenseAssignmentStates mail
  mailboxSettings mailNickname mobilePhone mySite officeLocation onPremisesDistinguishedName
  onPremisesDomainName onPremisesExtensionAttributes onPremisesImmutableId
  onPremisesLastSyncDateTime onPremisesProvisioningErrors onPremisesSamAccountName
  onPremisesSecurityIdentifier onPremisesSyncEnabled onPremisesUserPrincipalName otherMails
  passwordPolicies passwordProfile pastProjects postalCode preferredDataLocation
  preferredLanguage preferredName print provisionedPlans proxyAddresses responsibilities schools
  securityIdentifier serviceProvisioningErrors showInAddressList signInActivity
  signInSessionsValidFromDateTime skills state streetAddress surname usageLocation
  userPrincipalName userType`
  .trim()
  .split(/\s+/);
