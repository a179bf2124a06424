/**
 * Object identifiers outside of 1.2 that OpenSSL has names for: of X.500, PKIX, NIST and others.
 *
 * @module
 */

/** Lines of `arc: number short name|long name; ...`; one name where both are the same. */
export const OTHER_OBJECTS = `
0: 9 data
0.3.4401.5.3.1.9: 1 CAMELLIA-128-ECB|camellia-128-ecb; 3 CAMELLIA-128-OFB|camellia-128-ofb
0.3.4401.5.3.1.9: 4 CAMELLIA-128-CFB|camellia-128-cfb; 6 CAMELLIA-128-GCM|camellia-128-gcm
0.3.4401.5.3.1.9: 7 CAMELLIA-128-CCM|camellia-128-ccm; 9 CAMELLIA-128-CTR|camellia-128-ctr
0.3.4401.5.3.1.9: 10 CAMELLIA-128-CMAC|camellia-128-cmac; 21 CAMELLIA-192-ECB|camellia-192-ecb
0.3.4401.5.3.1.9: 23 CAMELLIA-192-OFB|camellia-192-ofb; 24 CAMELLIA-192-CFB|camellia-192-cfb
0.3.4401.5.3.1.9: 26 CAMELLIA-192-GCM|camellia-192-gcm; 27 CAMELLIA-192-CCM|camellia-192-ccm
0.3.4401.5.3.1.9: 29 CAMELLIA-192-CTR|camellia-192-ctr; 30 CAMELLIA-192-CMAC|camellia-192-cmac
0.3.4401.5.3.1.9: 41 CAMELLIA-256-ECB|camellia-256-ecb; 43 CAMELLIA-256-OFB|camellia-256-ofb
0.3.4401.5.3.1.9: 44 CAMELLIA-256-CFB|camellia-256-cfb; 46 CAMELLIA-256-GCM|camellia-256-gcm
0.3.4401.5.3.1.9: 47 CAMELLIA-256-CCM|camellia-256-ccm; 49 CAMELLIA-256-CTR|camellia-256-ctr
0.3.4401.5.3.1.9: 50 CAMELLIA-256-CMAC|camellia-256-cmac
0.9: 2342 pss
0.9.2342: 19200300 ucl
0.9.2342.19200300: 100 pilot
0.9.2342.19200300.100: 1 pilotAttributeType; 3 pilotAttributeSyntax; 4 pilotObjectClass; 10 pilotGroups
0.9.2342.19200300.100.1: 1 UID|userId; 2 textEncodedORAddress; 3 mail|rfc822Mailbox; 4 info; 5 favouriteDrink
0.9.2342.19200300.100.1: 6 roomNumber; 7 photo; 8 userClass; 9 host; 10 manager; 11 documentIdentifier
0.9.2342.19200300.100.1: 12 documentTitle; 13 documentVersion; 14 documentAuthor; 15 documentLocation
0.9.2342.19200300.100.1: 20 homeTelephoneNumber; 21 secretary; 22 otherMailbox; 23 lastModifiedTime
0.9.2342.19200300.100.1: 24 lastModifiedBy; 25 DC|domainComponent; 26 aRecord; 27 pilotAttributeType27
0.9.2342.19200300.100.1: 28 mXRecord; 29 nSRecord; 30 sOARecord; 31 cNAMERecord; 37 associatedDomain
0.9.2342.19200300.100.1: 38 associatedName; 39 homePostalAddress; 40 personalTitle; 41 mobileTelephoneNumber
0.9.2342.19200300.100.1: 42 pagerTelephoneNumber; 43 friendlyCountryName; 44 uid|uniqueIdentifier
0.9.2342.19200300.100.1: 45 organizationalStatus; 46 janetMailbox; 47 mailPreferenceOption; 48 buildingName
0.9.2342.19200300.100.1: 49 dSAQuality; 50 singleLevelQuality; 51 subtreeMinimumQuality
0.9.2342.19200300.100.1: 52 subtreeMaximumQuality; 53 personalSignature; 54 dITRedirect; 55 audio
0.9.2342.19200300.100.1: 56 documentPublisher
0.9.2342.19200300.100.3: 4 iA5StringSyntax; 5 caseIgnoreIA5StringSyntax
0.9.2342.19200300.100.4: 3 pilotObject; 4 pilotPerson; 5 account; 6 document; 7 room; 9 documentSeries
0.9.2342.19200300.100.4: 13 domain|Domain; 14 rFC822localPart; 15 dNSDomain; 17 domainRelatedObject
0.9.2342.19200300.100.4: 18 friendlyCountry; 19 simpleSecurityObject; 20 pilotOrganization; 21 pilotDSA
0.9.2342.19200300.100.4: 22 qualityLabelledData
1: 2 member-body|ISO Member Body; 3 ORG|org
1.0.9797.3: 4 GMAC|gmac
1.0.10118.3.0: 55 whirlpool
1.3: 6 DOD|dod; 111 ieee; 132 certicom-arc
1.3.6: 1 IANA|iana
1.3.6.1: 1 directory|Directory; 2 mgmt|Management; 3 experimental|Experimental; 4 private|Private
1.3.6.1: 5 security|Security; 6 snmpv2|SNMPv2; 7 Mail
1.3.6.1.4: 1 enterprises|Enterprises
1.3.6.1.4.1.188.7.1.1: 2 IDEA-CBC|idea-cbc
1.3.6.1.4.1.311.2.1: 14 msExtReq|Microsoft Extension Request; 21 msCodeInd|Microsoft Individual Code Signing
1.3.6.1.4.1.311.2.1: 22 msCodeCom|Microsoft Commercial Code Signing
1.3.6.1.4.1.311.10.3: 1 msCTLSign|Microsoft Trust List Signing; 3 msSGC|Microsoft Server Gated Crypto
1.3.6.1.4.1.311.10.3: 4 msEFS|Microsoft Encrypted File System
1.3.6.1.4.1.311.17: 1 CSPName|Microsoft CSP Name; 2 LocalKeySet|Microsoft Local Key set
1.3.6.1.4.1.311.20.2: 2 msSmartcardLogin|Microsoft Smartcard Login; 3 msUPN|Microsoft User Principal Name
1.3.6.1.4.1.311.60.2.1: 1 jurisdictionL|jurisdictionLocalityName
1.3.6.1.4.1.311.60.2.1: 2 jurisdictionST|jurisdictionStateOrProvinceName
1.3.6.1.4.1.311.60.2.1: 3 jurisdictionC|jurisdictionCountryName
1.3.6.1.4.1.1466: 344 dcobject|dcObject
1.3.6.1.4.1.1722.12.2: 1 BLAKE2BMAC|blake2bmac; 2 BLAKE2SMAC|blake2smac
1.3.6.1.4.1.1722.12.2.1: 16 BLAKE2b512|blake2b512
1.3.6.1.4.1.1722.12.2.2: 8 BLAKE2s256|blake2s256
1.3.6.1.4.1.3029.1: 2 BF-CBC|bf-cbc
1.3.6.1.4.1.11129.2.4: 2 ct_precert_scts|CT Precertificate SCTs; 3 ct_precert_poison|CT Precertificate Poison
1.3.6.1.4.1.11129.2.4: 4 ct_precert_signer|CT Precertificate Signer; 5 ct_cert_scts|CT Certificate SCTs
1.3.6.1.4.1.11591.4: 11 id-scrypt|scrypt
1.3.6.1.5.2: 3 id-pkinit
1.3.6.1.5.2.3: 4 pkInitClientAuth|PKINIT Client Auth; 5 pkInitKDC|Signing KDC Response
1.3.6.1.5.5: 7 PKIX
1.3.6.1.5.5.7: 0 id-pkix-mod; 1 id-pe; 2 id-qt; 3 id-kp; 4 id-it; 5 id-pkip; 6 id-alg; 7 id-cmc; 8 id-on
1.3.6.1.5.5.7: 9 id-pda; 10 id-aca; 11 id-qcs; 12 id-cct; 14 id-cp; 21 id-ppl; 48 id-ad
1.3.6.1.5.5.7.0: 1 id-pkix1-explicit-88; 2 id-pkix1-implicit-88; 3 id-pkix1-explicit-93
1.3.6.1.5.5.7.0: 4 id-pkix1-implicit-93; 5 id-mod-crmf; 6 id-mod-cmc; 7 id-mod-kea-profile-88
1.3.6.1.5.5.7.0: 8 id-mod-kea-profile-93; 9 id-mod-cmp; 10 id-mod-qualified-cert-88
1.3.6.1.5.5.7.0: 11 id-mod-qualified-cert-93; 12 id-mod-attribute-cert; 13 id-mod-timestamp-protocol
1.3.6.1.5.5.7.0: 14 id-mod-ocsp; 15 id-mod-dvcs; 16 id-mod-cmp2000
1.3.6.1.5.5.7.1: 1 authorityInfoAccess|Authority Information Access; 2 biometricInfo|Biometric Info
1.3.6.1.5.5.7.1: 3 qcStatements; 4 ac-auditEntity; 5 ac-targeting; 6 aaControls; 7 sbgp-ipAddrBlock
1.3.6.1.5.5.7.1: 8 sbgp-autonomousSysNum; 9 sbgp-routerIdentifier; 10 ac-proxying
1.3.6.1.5.5.7.1: 11 subjectInfoAccess|Subject Information Access
1.3.6.1.5.5.7.1: 14 proxyCertInfo|Proxy Certificate Information; 24 tlsfeature|TLS Feature
1.3.6.1.5.5.7.1: 28 sbgp-ipAddrBlockv2; 29 sbgp-autonomousSysNumv2
1.3.6.1.5.5.7.2: 1 id-qt-cps|Policy Qualifier CPS; 2 id-qt-unotice|Policy Qualifier User Notice; 3 textNotice
1.3.6.1.5.5.7.3: 1 serverAuth|TLS Web Server Authentication; 2 clientAuth|TLS Web Client Authentication
1.3.6.1.5.5.7.3: 3 codeSigning|Code Signing; 4 emailProtection|E-mail Protection
1.3.6.1.5.5.7.3: 5 ipsecEndSystem|IPSec End System; 6 ipsecTunnel|IPSec Tunnel; 7 ipsecUser|IPSec User
1.3.6.1.5.5.7.3: 8 timeStamping|Time Stamping; 9 OCSPSigning|OCSP Signing; 10 DVCS|dvcs
1.3.6.1.5.5.7.3: 17 ipsecIKE|ipsec Internet Key Exchange; 18 capwapAC|Ctrl/provision WAP Access
1.3.6.1.5.5.7.3: 19 capwapWTP|Ctrl/Provision WAP Termination; 21 secureShellClient|SSH Client
1.3.6.1.5.5.7.3: 22 secureShellServer|SSH Server; 23 sendRouter|Send Router
1.3.6.1.5.5.7.3: 24 sendProxiedRouter|Send Proxied Router; 25 sendOwner|Send Owner
1.3.6.1.5.5.7.3: 26 sendProxiedOwner|Send Proxied Owner; 27 cmcCA|CMC Certificate Authority
1.3.6.1.5.5.7.3: 28 cmcRA|CMC Registration Authority; 29 cmcArchive|CMC Archive Server
1.3.6.1.5.5.7.3: 30 id-kp-bgpsec-router|BGPsec Router
1.3.6.1.5.5.7.3: 31 id-kp-BrandIndicatorforMessageIdentification|Brand Indicator for Message Identification
1.3.6.1.5.5.7.3: 32 cmKGA|Certificate Management Key Generation Authority
1.3.6.1.5.5.7.4: 1 id-it-caProtEncCert; 2 id-it-signKeyPairTypes; 3 id-it-encKeyPairTypes
1.3.6.1.5.5.7.4: 4 id-it-preferredSymmAlg; 5 id-it-caKeyUpdateInfo; 6 id-it-currentCRL
1.3.6.1.5.5.7.4: 7 id-it-unsupportedOIDs; 8 id-it-subscriptionRequest; 9 id-it-subscriptionResponse
1.3.6.1.5.5.7.4: 10 id-it-keyPairParamReq; 11 id-it-keyPairParamRep; 12 id-it-revPassphrase
1.3.6.1.5.5.7.4: 13 id-it-implicitConfirm; 14 id-it-confirmWaitTime; 15 id-it-origPKIMessage
1.3.6.1.5.5.7.4: 16 id-it-suppLangTags; 17 id-it-caCerts; 18 id-it-rootCaKeyUpdate; 19 id-it-certReqTemplate
1.3.6.1.5.5.7.5: 1 id-regCtrl; 2 id-regInfo
1.3.6.1.5.5.7.5.1: 1 id-regCtrl-regToken; 2 id-regCtrl-authenticator; 3 id-regCtrl-pkiPublicationInfo
1.3.6.1.5.5.7.5.1: 4 id-regCtrl-pkiArchiveOptions; 5 id-regCtrl-oldCertID; 6 id-regCtrl-protocolEncrKey
1.3.6.1.5.5.7.5.2: 1 id-regInfo-utf8Pairs; 2 id-regInfo-certReq
1.3.6.1.5.5.7.6: 1 id-alg-des40; 2 id-alg-noSignature; 3 id-alg-dh-sig-hmac-sha1; 4 id-alg-dh-pop
1.3.6.1.5.5.7.7: 1 id-cmc-statusInfo; 2 id-cmc-identification; 3 id-cmc-identityProof; 4 id-cmc-dataReturn
1.3.6.1.5.5.7.7: 5 id-cmc-transactionId; 6 id-cmc-senderNonce; 7 id-cmc-recipientNonce; 8 id-cmc-addExtensions
1.3.6.1.5.5.7.7: 9 id-cmc-encryptedPOP; 10 id-cmc-decryptedPOP; 11 id-cmc-lraPOPWitness; 15 id-cmc-getCert
1.3.6.1.5.5.7.7: 16 id-cmc-getCRL; 17 id-cmc-revokeRequest; 18 id-cmc-regInfo; 19 id-cmc-responseInfo
1.3.6.1.5.5.7.7: 21 id-cmc-queryPending; 22 id-cmc-popLinkRandom; 23 id-cmc-popLinkWitness
1.3.6.1.5.5.7.7: 24 id-cmc-confirmCertAcceptance
1.3.6.1.5.5.7.8: 1 id-on-personalData; 3 id-on-permanentIdentifier|Permanent Identifier
1.3.6.1.5.5.7.8: 5 id-on-xmppAddr|XmppAddr; 7 id-on-dnsSRV|SRVName; 8 id-on-NAIRealm|NAIRealm
1.3.6.1.5.5.7.8: 9 id-on-SmtpUTF8Mailbox|Smtp UTF8 Mailbox
1.3.6.1.5.5.7.9: 1 id-pda-dateOfBirth; 2 id-pda-placeOfBirth; 3 id-pda-gender; 4 id-pda-countryOfCitizenship
1.3.6.1.5.5.7.9: 5 id-pda-countryOfResidence
1.3.6.1.5.5.7.10: 1 id-aca-authenticationInfo; 2 id-aca-accessIdentity; 3 id-aca-chargingIdentity
1.3.6.1.5.5.7.10: 4 id-aca-group; 5 id-aca-role; 6 id-aca-encAttrs
1.3.6.1.5.5.7.11: 1 id-qcs-pkixQCSyntax-v1
1.3.6.1.5.5.7.12: 1 id-cct-crs; 2 id-cct-PKIData; 3 id-cct-PKIResponse
1.3.6.1.5.5.7.14: 2 ipAddr-asNumber; 3 ipAddr-asNumberv2
1.3.6.1.5.5.7.21: 0 id-ppl-anyLanguage|Any language; 1 id-ppl-inheritAll|Inherit all
1.3.6.1.5.5.7.21: 2 id-ppl-independent|Independent
1.3.6.1.5.5.7.48: 1 OCSP; 2 caIssuers|CA Issuers; 3 ad_timestamping|AD Time Stamping; 4 AD_DVCS|ad dvcs
1.3.6.1.5.5.7.48: 5 caRepository|CA Repository; 10 rpkiManifest|RPKI Manifest; 11 signedObject|Signed Object
1.3.6.1.5.5.7.48: 13 rpkiNotify|RPKI Notify
1.3.6.1.5.5.7.48.1: 1 basicOCSPResponse|Basic OCSP Response; 2 Nonce|OCSP Nonce; 3 CrlID|OCSP CRL ID
1.3.6.1.5.5.7.48.1: 4 acceptableResponses|Acceptable OCSP Responses; 5 noCheck|OCSP No Check
1.3.6.1.5.5.7.48.1: 6 archiveCutoff|OCSP Archive Cutoff; 7 serviceLocator|OCSP Service Locator
1.3.6.1.5.5.7.48.1: 8 extendedStatus|Extended OCSP Status; 9 valid; 10 path; 11 trustRoot|Trust Root
1.3.6.1.5.5.8.1: 1 HMAC-MD5|hmac-md5; 2 HMAC-SHA1|hmac-sha1
1.3.6.1.7: 1 mime-mhs|MIME MHS
1.3.6.1.7.1: 1 mime-mhs-headings; 2 mime-mhs-bodies
1.3.6.1.7.1.1: 1 id-hex-partial-message; 2 id-hex-multipart-message
1.3.14.3: 2 algorithm
1.3.14.3.2: 3 RSA-NP-MD5|md5WithRSA; 6 DES-ECB|des-ecb; 7 DES-CBC|des-cbc; 8 DES-OFB|des-ofb
1.3.14.3.2: 9 DES-CFB|des-cfb; 11 rsaSignature; 12 DSA-old|dsaEncryption-old; 13 DSA-SHA|dsaWithSHA
1.3.14.3.2: 15 RSA-SHA|shaWithRSAEncryption; 17 DES-EDE|des-ede; 18 SHA|sha; 26 SHA1|sha1
1.3.14.3.2: 27 DSA-SHA1-old|dsaWithSHA1-old; 29 RSA-SHA1-2|sha1WithRSA
1.3.36.3.2: 1 RIPEMD160|ripemd160
1.3.36.3.3.1: 2 RSA-RIPEMD160|ripemd160WithRSA
1.3.36.3.3.2.8.1.1: 1 brainpoolP160r1; 2 brainpoolP160t1; 3 brainpoolP192r1; 4 brainpoolP192t1
1.3.36.3.3.2.8.1.1: 5 brainpoolP224r1; 6 brainpoolP224t1; 7 brainpoolP256r1; 8 brainpoolP256t1
1.3.36.3.3.2.8.1.1: 9 brainpoolP320r1; 10 brainpoolP320t1; 11 brainpoolP384r1; 12 brainpoolP384t1
1.3.36.3.3.2.8.1.1: 13 brainpoolP512r1; 14 brainpoolP512t1
1.3.36.8.3: 3 x509ExtAdmission|Professional Information or basis for Admission
1.3.101: 110 X25519; 111 X448; 112 ED25519; 113 ED448
1.3.101.1.4: 1 SXNetID|Strong Extranet ID
1.3.111.2: 1619 ieee-siswg|IEEE Security in Storage Working Group
1.3.111.2.1619.0.1: 1 AES-128-XTS|aes-128-xts; 2 AES-256-XTS|aes-256-xts
1.3.132.0: 1 sect163k1; 2 sect163r1; 3 sect239k1; 4 sect113r1; 5 sect113r2; 6 secp112r1; 7 secp112r2
1.3.132.0: 8 secp160r1; 9 secp160k1; 10 secp256k1; 15 sect163r2; 16 sect283k1; 17 sect283r1; 22 sect131r1
1.3.132.0: 23 sect131r2; 24 sect193r1; 25 sect193r2; 26 sect233k1; 27 sect233r1; 28 secp128r1; 29 secp128r2
1.3.132.0: 30 secp160r2; 31 secp192k1; 32 secp224k1; 33 secp224r1; 34 secp384r1; 35 secp521r1; 36 sect409k1
1.3.132.0: 37 sect409r1; 38 sect571k1; 39 sect571r1
1.3.132.1.11: 0 dhSinglePass-stdDH-sha224kdf-scheme; 1 dhSinglePass-stdDH-sha256kdf-scheme
1.3.132.1.11: 2 dhSinglePass-stdDH-sha384kdf-scheme; 3 dhSinglePass-stdDH-sha512kdf-scheme
1.3.132.1.14: 0 dhSinglePass-cofactorDH-sha224kdf-scheme; 1 dhSinglePass-cofactorDH-sha256kdf-scheme
1.3.132.1.14: 2 dhSinglePass-cofactorDH-sha384kdf-scheme; 3 dhSinglePass-cofactorDH-sha512kdf-scheme
1.3.133.16.840.63.0: 2 dhSinglePass-stdDH-sha1kdf-scheme; 3 dhSinglePass-cofactorDH-sha1kdf-scheme
2: 5 X500|directory services (X.500); 23 international-organizations|International Organizations
2.5: 4 X509; 8 X500algorithms|directory services - algorithms; 29 id-ce
2.5.1: 5 selected-attribute-types|Selected Attribute Types
2.5.1.5: 55 clearance
2.5.4: 3 CN|commonName; 4 SN|surname; 5 serialNumber; 6 C|countryName; 7 L|localityName
2.5.4: 8 ST|stateOrProvinceName; 9 street|streetAddress; 10 O|organizationName; 11 OU|organizationalUnitName
2.5.4: 12 title; 13 description; 14 searchGuide; 15 businessCategory; 16 postalAddress; 17 postalCode
2.5.4: 18 postOfficeBox; 19 physicalDeliveryOfficeName; 20 telephoneNumber; 21 telexNumber
2.5.4: 22 teletexTerminalIdentifier; 23 facsimileTelephoneNumber; 24 x121Address; 25 internationaliSDNNumber
2.5.4: 26 registeredAddress; 27 destinationIndicator; 28 preferredDeliveryMethod; 29 presentationAddress
2.5.4: 30 supportedApplicationContext; 31 member; 32 owner; 33 roleOccupant; 34 seeAlso; 35 userPassword
2.5.4: 36 userCertificate; 37 cACertificate; 38 authorityRevocationList; 39 certificateRevocationList
2.5.4: 40 crossCertificatePair; 41 name; 42 GN|givenName; 43 initials; 44 generationQualifier
2.5.4: 45 x500UniqueIdentifier; 46 dnQualifier; 47 enhancedSearchGuide; 48 protocolInformation
2.5.4: 49 distinguishedName; 50 uniqueMember; 51 houseIdentifier; 52 supportedAlgorithms
2.5.4: 53 deltaRevocationList; 54 dmdName; 65 pseudonym; 72 role; 97 organizationIdentifier
2.5.4: 98 c3|countryCode3c; 99 n3|countryCode3n; 100 dnsName
2.5.8.1: 1 RSA|rsa
2.5.8.3: 100 RSA-MDC2|mdc2WithRSA; 101 MDC2|mdc2
2.5.29: 9 subjectDirectoryAttributes|X509v3 Subject Directory Attributes
2.5.29: 14 subjectKeyIdentifier|X509v3 Subject Key Identifier; 15 keyUsage|X509v3 Key Usage
2.5.29: 16 privateKeyUsagePeriod|X509v3 Private Key Usage Period
2.5.29: 17 subjectAltName|X509v3 Subject Alternative Name; 18 issuerAltName|X509v3 Issuer Alternative Name
2.5.29: 19 basicConstraints|X509v3 Basic Constraints; 20 crlNumber|X509v3 CRL Number
2.5.29: 21 CRLReason|X509v3 CRL Reason Code; 23 holdInstructionCode|Hold Instruction Code
2.5.29: 24 invalidityDate|Invalidity Date; 27 deltaCRL|X509v3 Delta CRL Indicator
2.5.29: 28 issuingDistributionPoint|X509v3 Issuing Distribution Point
2.5.29: 29 certificateIssuer|X509v3 Certificate Issuer; 30 nameConstraints|X509v3 Name Constraints
2.5.29: 31 crlDistributionPoints|X509v3 CRL Distribution Points
2.5.29: 32 certificatePolicies|X509v3 Certificate Policies; 33 policyMappings|X509v3 Policy Mappings
2.5.29: 35 authorityKeyIdentifier|X509v3 Authority Key Identifier
2.5.29: 36 policyConstraints|X509v3 Policy Constraints; 37 extendedKeyUsage|X509v3 Extended Key Usage
2.5.29: 46 freshestCRL|X509v3 Freshest CRL; 54 inhibitAnyPolicy|X509v3 Inhibit Any Policy
2.5.29: 55 targetInformation|X509v3 AC Targeting; 56 noRevAvail|X509v3 No Revocation Available
2.5.29.32: 0 anyPolicy|X509v3 Any Policy
2.5.29.37: 0 anyExtendedKeyUsage|Any Extended Key Usage
2.16.840.1: 113730 Netscape|Netscape Communications Corp.
2.16.840.1.101.3.4.1: 1 AES-128-ECB|aes-128-ecb; 2 AES-128-CBC|aes-128-cbc; 3 AES-128-OFB|aes-128-ofb
2.16.840.1.101.3.4.1: 4 AES-128-CFB|aes-128-cfb; 5 id-aes128-wrap; 6 id-aes128-GCM|aes-128-gcm
2.16.840.1.101.3.4.1: 7 id-aes128-CCM|aes-128-ccm; 8 id-aes128-wrap-pad; 21 AES-192-ECB|aes-192-ecb
2.16.840.1.101.3.4.1: 22 AES-192-CBC|aes-192-cbc; 23 AES-192-OFB|aes-192-ofb; 24 AES-192-CFB|aes-192-cfb
2.16.840.1.101.3.4.1: 25 id-aes192-wrap; 26 id-aes192-GCM|aes-192-gcm; 27 id-aes192-CCM|aes-192-ccm
2.16.840.1.101.3.4.1: 28 id-aes192-wrap-pad; 41 AES-256-ECB|aes-256-ecb; 42 AES-256-CBC|aes-256-cbc
2.16.840.1.101.3.4.1: 43 AES-256-OFB|aes-256-ofb; 44 AES-256-CFB|aes-256-cfb; 45 id-aes256-wrap
2.16.840.1.101.3.4.1: 46 id-aes256-GCM|aes-256-gcm; 47 id-aes256-CCM|aes-256-ccm; 48 id-aes256-wrap-pad
2.16.840.1.101.3.4.2: 1 SHA256|sha256; 2 SHA384|sha384; 3 SHA512|sha512; 4 SHA224|sha224
2.16.840.1.101.3.4.2: 5 SHA512-224|sha512-224; 6 SHA512-256|sha512-256; 7 SHA3-224|sha3-224
2.16.840.1.101.3.4.2: 8 SHA3-256|sha3-256; 9 SHA3-384|sha3-384; 10 SHA3-512|sha3-512; 11 SHAKE128|shake128
2.16.840.1.101.3.4.2: 12 SHAKE256|shake256; 13 id-hmacWithSHA3-224|hmac-sha3-224
2.16.840.1.101.3.4.2: 14 id-hmacWithSHA3-256|hmac-sha3-256; 15 id-hmacWithSHA3-384|hmac-sha3-384
2.16.840.1.101.3.4.2: 16 id-hmacWithSHA3-512|hmac-sha3-512; 19 KMAC128|kmac128; 20 KMAC256|kmac256
2.16.840.1.101.3.4.3: 1 dsa_with_SHA224; 2 dsa_with_SHA256; 3 id-dsa-with-sha384|dsa_with_SHA384
2.16.840.1.101.3.4.3: 4 id-dsa-with-sha512|dsa_with_SHA512; 5 id-dsa-with-sha3-224|dsa_with_SHA3-224
2.16.840.1.101.3.4.3: 6 id-dsa-with-sha3-256|dsa_with_SHA3-256; 7 id-dsa-with-sha3-384|dsa_with_SHA3-384
2.16.840.1.101.3.4.3: 8 id-dsa-with-sha3-512|dsa_with_SHA3-512; 9 id-ecdsa-with-sha3-224|ecdsa_with_SHA3-224
2.16.840.1.101.3.4.3: 10 id-ecdsa-with-sha3-256|ecdsa_with_SHA3-256
2.16.840.1.101.3.4.3: 11 id-ecdsa-with-sha3-384|ecdsa_with_SHA3-384
2.16.840.1.101.3.4.3: 12 id-ecdsa-with-sha3-512|ecdsa_with_SHA3-512
2.16.840.1.101.3.4.3: 13 id-rsassa-pkcs1-v1_5-with-sha3-224|RSA-SHA3-224
2.16.840.1.101.3.4.3: 14 id-rsassa-pkcs1-v1_5-with-sha3-256|RSA-SHA3-256
2.16.840.1.101.3.4.3: 15 id-rsassa-pkcs1-v1_5-with-sha3-384|RSA-SHA3-384
2.16.840.1.101.3.4.3: 16 id-rsassa-pkcs1-v1_5-with-sha3-512|RSA-SHA3-512
2.16.840.1.113730: 1 nsCertExt|Netscape Certificate Extension; 2 nsDataType|Netscape Data Type
2.16.840.1.113730.1: 1 nsCertType|Netscape Cert Type; 2 nsBaseUrl|Netscape Base Url
2.16.840.1.113730.1: 3 nsRevocationUrl|Netscape Revocation Url; 4 nsCaRevocationUrl|Netscape CA Revocation Url
2.16.840.1.113730.1: 7 nsRenewalUrl|Netscape Renewal Url; 8 nsCaPolicyUrl|Netscape CA Policy Url
2.16.840.1.113730.1: 12 nsSslServerName|Netscape SSL Server Name; 13 nsComment|Netscape Comment
2.16.840.1.113730.2: 5 nsCertSequence|Netscape Certificate Sequence
2.16.840.1.113730.4: 1 nsSGC|Netscape Server Gated Crypto
2.23: 42 id-set|Secure Electronic Transactions; 43 wap
2.23.42: 0 set-ctype|content types; 1 set-msgExt|message extensions; 3 set-attr; 5 set-policy
2.23.42: 7 set-certExt|certificate extensions; 8 set-brand
2.23.42.0: 0 setct-PANData; 1 setct-PANToken; 2 setct-PANOnly; 3 setct-OIData; 4 setct-PI; 5 setct-PIData
2.23.42.0: 6 setct-PIDataUnsigned; 7 setct-HODInput; 8 setct-AuthResBaggage; 9 setct-AuthRevReqBaggage
2.23.42.0: 10 setct-AuthRevResBaggage; 11 setct-CapTokenSeq; 12 setct-PInitResData; 13 setct-PI-TBS
2.23.42.0: 14 setct-PResData; 16 setct-AuthReqTBS; 17 setct-AuthResTBS; 18 setct-AuthResTBSX
2.23.42.0: 19 setct-AuthTokenTBS; 20 setct-CapTokenData; 21 setct-CapTokenTBS; 22 setct-AcqCardCodeMsg
2.23.42.0: 23 setct-AuthRevReqTBS; 24 setct-AuthRevResData; 25 setct-AuthRevResTBS; 26 setct-CapReqTBS
2.23.42.0: 27 setct-CapReqTBSX; 28 setct-CapResData; 29 setct-CapRevReqTBS; 30 setct-CapRevReqTBSX
2.23.42.0: 31 setct-CapRevResData; 32 setct-CredReqTBS; 33 setct-CredReqTBSX; 34 setct-CredResData
2.23.42.0: 35 setct-CredRevReqTBS; 36 setct-CredRevReqTBSX; 37 setct-CredRevResData; 38 setct-PCertReqData
2.23.42.0: 39 setct-PCertResTBS; 40 setct-BatchAdminReqData; 41 setct-BatchAdminResData
2.23.42.0: 42 setct-CardCInitResTBS; 43 setct-MeAqCInitResTBS; 44 setct-RegFormResTBS; 45 setct-CertReqData
2.23.42.0: 46 setct-CertReqTBS; 47 setct-CertResData; 48 setct-CertInqReqTBS; 49 setct-ErrorTBS
2.23.42.0: 50 setct-PIDualSignedTBE; 51 setct-PIUnsignedTBE; 52 setct-AuthReqTBE; 53 setct-AuthResTBE
2.23.42.0: 54 setct-AuthResTBEX; 55 setct-AuthTokenTBE; 56 setct-CapTokenTBE; 57 setct-CapTokenTBEX
2.23.42.0: 58 setct-AcqCardCodeMsgTBE; 59 setct-AuthRevReqTBE; 60 setct-AuthRevResTBE; 61 setct-AuthRevResTBEB
2.23.42.0: 62 setct-CapReqTBE; 63 setct-CapReqTBEX; 64 setct-CapResTBE; 65 setct-CapRevReqTBE
2.23.42.0: 66 setct-CapRevReqTBEX; 67 setct-CapRevResTBE; 68 setct-CredReqTBE; 69 setct-CredReqTBEX
2.23.42.0: 70 setct-CredResTBE; 71 setct-CredRevReqTBE; 72 setct-CredRevReqTBEX; 73 setct-CredRevResTBE
2.23.42.0: 74 setct-BatchAdminReqTBE; 75 setct-BatchAdminResTBE; 76 setct-RegFormReqTBE; 77 setct-CertReqTBE
2.23.42.0: 78 setct-CertReqTBEX; 79 setct-CertResTBE; 80 setct-CRLNotificationTBS
2.23.42.0: 81 setct-CRLNotificationResTBS; 82 setct-BCIDistributionTBS
2.23.42.1: 1 setext-genCrypt|generic cryptogram; 3 setext-miAuth|merchant initiated auth; 4 setext-pinSecure
2.23.42.1: 5 setext-pinAny; 7 setext-track2; 8 setext-cv|additional verification
2.23.42.3: 0 setAttr-Cert; 1 setAttr-PGWYcap|payment gateway capabilities; 2 setAttr-TokenType
2.23.42.3: 3 setAttr-IssCap|issuer capabilities
2.23.42.3.0: 0 set-rootKeyThumb; 1 set-addPolicy
2.23.42.3.2: 1 setAttr-Token-EMV; 2 setAttr-Token-B0Prime
2.23.42.3.3: 3 setAttr-IssCap-CVM; 4 setAttr-IssCap-T2; 5 setAttr-IssCap-Sig
2.23.42.3.3.3: 1 setAttr-GenCryptgrm|generate cryptogram
2.23.42.3.3.4: 1 setAttr-T2Enc|encrypted track 2; 2 setAttr-T2cleartxt|cleartext track 2
2.23.42.3.3.5: 1 setAttr-TokICCsig|ICC or token signature; 2 setAttr-SecDevSig|secure device signature
2.23.42.5: 0 set-policy-root
2.23.42.7: 0 setCext-hashedRoot; 1 setCext-certType; 2 setCext-merchData; 3 setCext-cCertRequired
2.23.42.7: 4 setCext-tunneling; 5 setCext-setExt; 6 setCext-setQualf; 7 setCext-PGWYcapabilities
2.23.42.7: 8 setCext-TokenIdentifier; 9 setCext-Track2Data; 10 setCext-TokenType
2.23.42.7: 11 setCext-IssuerCapabilities
2.23.42.8: 1 set-brand-IATA-ATA; 4 set-brand-Visa; 5 set-brand-MasterCard; 30 set-brand-Diners
2.23.42.8: 34 set-brand-AmericanExpress; 35 set-brand-JCB; 6011 set-brand-Novus
2.23.43: 1 wap-wsg
2.23.43.1.4: 1 wap-wsg-idm-ecid-wtls1; 3 wap-wsg-idm-ecid-wtls3; 4 wap-wsg-idm-ecid-wtls4
2.23.43.1.4: 5 wap-wsg-idm-ecid-wtls5; 6 wap-wsg-idm-ecid-wtls6; 7 wap-wsg-idm-ecid-wtls7
2.23.43.1.4: 8 wap-wsg-idm-ecid-wtls8; 9 wap-wsg-idm-ecid-wtls9; 10 wap-wsg-idm-ecid-wtls10
2.23.43.1.4: 11 wap-wsg-idm-ecid-wtls11; 12 wap-wsg-idm-ecid-wtls12
`;
