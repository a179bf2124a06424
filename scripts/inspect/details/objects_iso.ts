/**
 * Object identifiers below 1.2 that OpenSSL has names for: of ISO members, RSA and ANSI among them.
 *
 * @module
 */

/** Lines of `arc: number short name|long name; ...`; one name where both are the same. */
export const ISO_MEMBER_OBJECTS = `
1.2: 156 ISO-CN|ISO CN Member Body; 804 ISO-UA; 840 ISO-US|ISO US Member Body
1.2.156: 10197 oscca
1.2.156.10197: 1 sm-scheme
1.2.156.10197.1: 301 SM2|sm2; 401 SM3|sm3; 501 SM2-SM3|SM2-with-SM3; 504 RSA-SM3|sm3WithRSAEncryption
1.2.156.10197.1.104: 1 SM4-ECB|sm4-ecb; 2 SM4-CBC|sm4-cbc; 3 SM4-OFB|sm4-ofb; 4 SM4-CFB|sm4-cfb
1.2.156.10197.1.104: 5 SM4-CFB1|sm4-cfb1; 6 SM4-CFB8|sm4-cfb8; 7 SM4-CTR|sm4-ctr
1.2.392.200011.61.1.1.1: 2 CAMELLIA-128-CBC|camellia-128-cbc; 3 CAMELLIA-192-CBC|camellia-192-cbc
1.2.392.200011.61.1.1.1: 4 CAMELLIA-256-CBC|camellia-256-cbc
1.2.392.200011.61.1.1.3: 2 id-camellia128-wrap; 3 id-camellia192-wrap; 4 id-camellia256-wrap
1.2.410: 200004 KISA|kisa
1.2.410.200004.1: 3 SEED-ECB|seed-ecb; 4 SEED-CBC|seed-cbc; 5 SEED-CFB|seed-cfb; 6 SEED-OFB|seed-ofb
1.2.410.200046.1.1: 1 ARIA-128-ECB|aria-128-ecb; 2 ARIA-128-CBC|aria-128-cbc; 3 ARIA-128-CFB|aria-128-cfb
1.2.410.200046.1.1: 4 ARIA-128-OFB|aria-128-ofb; 5 ARIA-128-CTR|aria-128-ctr; 6 ARIA-192-ECB|aria-192-ecb
1.2.410.200046.1.1: 7 ARIA-192-CBC|aria-192-cbc; 8 ARIA-192-CFB|aria-192-cfb; 9 ARIA-192-OFB|aria-192-ofb
1.2.410.200046.1.1: 10 ARIA-192-CTR|aria-192-ctr; 11 ARIA-256-ECB|aria-256-ecb; 12 ARIA-256-CBC|aria-256-cbc
1.2.410.200046.1.1: 13 ARIA-256-CFB|aria-256-cfb; 14 ARIA-256-OFB|aria-256-ofb; 15 ARIA-256-CTR|aria-256-ctr
1.2.410.200046.1.1: 34 ARIA-128-GCM|aria-128-gcm; 35 ARIA-192-GCM|aria-192-gcm; 36 ARIA-256-GCM|aria-256-gcm
1.2.410.200046.1.1: 37 ARIA-128-CCM|aria-128-ccm; 38 ARIA-192-CCM|aria-192-ccm; 39 ARIA-256-CCM|aria-256-ccm
1.2.643.2: 2 cryptopro; 9 cryptocom
1.2.643.2.2: 3 id-GostR3411-94-with-GostR3410-2001|GOST R 34.11-94 with GOST R 34.10-2001
1.2.643.2.2: 4 id-GostR3411-94-with-GostR3410-94|GOST R 34.11-94 with GOST R 34.10-94
1.2.643.2.2: 9 md_gost94|GOST R 34.11-94; 10 id-HMACGostR3411-94|HMAC GOST 34.11-94
1.2.643.2.2: 19 gost2001|GOST R 34.10-2001; 20 gost94|GOST R 34.10-94; 21 gost89|GOST 28147-89
1.2.643.2.2: 22 gost-mac|GOST 28147-89 MAC; 23 prf-gostr3411-94|GOST R 34.11-94 PRF
1.2.643.2.2: 98 id-GostR3410-2001DH|GOST R 34.10-2001 DH; 99 id-GostR3410-94DH|GOST R 34.10-94 DH
1.2.643.2.2.14: 0 id-Gost28147-89-None-KeyMeshing; 1 id-Gost28147-89-CryptoPro-KeyMeshing
1.2.643.2.2.20: 1 id-GostR3410-94-a; 2 id-GostR3410-94-aBis; 3 id-GostR3410-94-b; 4 id-GostR3410-94-bBis
1.2.643.2.2.30: 0 id-GostR3411-94-TestParamSet; 1 id-GostR3411-94-CryptoProParamSet
1.2.643.2.2.31: 0 id-Gost28147-89-TestParamSet; 1 id-Gost28147-89-CryptoPro-A-ParamSet
1.2.643.2.2.31: 2 id-Gost28147-89-CryptoPro-B-ParamSet; 3 id-Gost28147-89-CryptoPro-C-ParamSet
1.2.643.2.2.31: 4 id-Gost28147-89-CryptoPro-D-ParamSet; 5 id-Gost28147-89-CryptoPro-Oscar-1-1-ParamSet
1.2.643.2.2.31: 6 id-Gost28147-89-CryptoPro-Oscar-1-0-ParamSet; 7 id-Gost28147-89-CryptoPro-RIC-1-ParamSet
1.2.643.2.2.32: 0 id-GostR3410-94-TestParamSet; 2 id-GostR3410-94-CryptoPro-A-ParamSet
1.2.643.2.2.32: 3 id-GostR3410-94-CryptoPro-B-ParamSet; 4 id-GostR3410-94-CryptoPro-C-ParamSet
1.2.643.2.2.32: 5 id-GostR3410-94-CryptoPro-D-ParamSet
1.2.643.2.2.33: 1 id-GostR3410-94-CryptoPro-XchA-ParamSet; 2 id-GostR3410-94-CryptoPro-XchB-ParamSet
1.2.643.2.2.33: 3 id-GostR3410-94-CryptoPro-XchC-ParamSet
1.2.643.2.2.35: 0 id-GostR3410-2001-TestParamSet; 1 id-GostR3410-2001-CryptoPro-A-ParamSet
1.2.643.2.2.35: 2 id-GostR3410-2001-CryptoPro-B-ParamSet; 3 id-GostR3410-2001-CryptoPro-C-ParamSet
1.2.643.2.2.36: 0 id-GostR3410-2001-CryptoPro-XchA-ParamSet; 1 id-GostR3410-2001-CryptoPro-XchB-ParamSet
1.2.643.2.9.1.3: 3 id-GostR3411-94-with-GostR3410-94-cc|GOST R 34.11-94 with GOST R 34.10-94 Cryptocom
1.2.643.2.9.1.3: 4 id-GostR3411-94-with-GostR3410-2001-cc|GOST R 34.11-94 with GOST R 34.10-2001 Cryptocom
1.2.643.2.9.1.5: 3 gost94cc|GOST 34.10-94 Cryptocom; 4 gost2001cc|GOST 34.10-2001 Cryptocom
1.2.643.2.9.1.6: 1 id-Gost28147-89-cc|GOST 28147-89 Cryptocom ParamSet
1.2.643.2.9.1.8: 1 id-GostR3410-2001-ParamSet-cc|GOST R 3410-2001 Parameter Set Cryptocom
1.2.643.3.131.1: 1 INN
1.2.643.7: 1 id-tc26
1.2.643.7.1: 1 id-tc26-algorithms; 2 id-tc26-constants
1.2.643.7.1.1: 1 id-tc26-sign; 2 id-tc26-digest; 3 id-tc26-signwithdigest; 4 id-tc26-mac; 5 id-tc26-cipher
1.2.643.7.1.1: 6 id-tc26-agreement; 7 id-tc26-wrap
1.2.643.7.1.1.1: 1 gost2012_256|GOST R 34.10-2012 with 256 bit modulus
1.2.643.7.1.1.1: 2 gost2012_512|GOST R 34.10-2012 with 512 bit modulus
1.2.643.7.1.1.2: 2 md_gost12_256|GOST R 34.11-2012 with 256 bit hash
1.2.643.7.1.1.2: 3 md_gost12_512|GOST R 34.11-2012 with 512 bit hash
1.2.643.7.1.1.3: 2 id-tc26-signwithdigest-gost3410-2012-256|GOST R 34.10-2012 with GOST R 34.11-2012 (256 bit)
1.2.643.7.1.1.3: 3 id-tc26-signwithdigest-gost3410-2012-512|GOST R 34.10-2012 with GOST R 34.11-2012 (512 bit)
1.2.643.7.1.1.4: 1 id-tc26-hmac-gost-3411-2012-256|HMAC GOST 34.11-2012 256 bit
1.2.643.7.1.1.4: 2 id-tc26-hmac-gost-3411-2012-512|HMAC GOST 34.11-2012 512 bit
1.2.643.7.1.1.5: 1 id-tc26-cipher-gostr3412-2015-magma; 2 id-tc26-cipher-gostr3412-2015-kuznyechik
1.2.643.7.1.1.5.1: 1 magma-ctr-acpkm; 2 magma-ctr-acpkm-omac
1.2.643.7.1.1.5.2: 1 kuznyechik-ctr-acpkm; 2 kuznyechik-ctr-acpkm-omac
1.2.643.7.1.1.6: 1 id-tc26-agreement-gost-3410-2012-256; 2 id-tc26-agreement-gost-3410-2012-512
1.2.643.7.1.1.7: 1 id-tc26-wrap-gostr3412-2015-magma; 2 id-tc26-wrap-gostr3412-2015-kuznyechik
1.2.643.7.1.1.7.1: 1 magma-kexp15
1.2.643.7.1.1.7.2: 1 kuznyechik-kexp15
1.2.643.7.1.2: 1 id-tc26-sign-constants; 2 id-tc26-digest-constants; 5 id-tc26-cipher-constants
1.2.643.7.1.2.1: 1 id-tc26-gost-3410-2012-256-constants; 2 id-tc26-gost-3410-2012-512-constants
1.2.643.7.1.2.1.1: 1 id-tc26-gost-3410-2012-256-paramSetA|GOST R 34.10-2012 (256 bit) ParamSet A
1.2.643.7.1.2.1.1: 2 id-tc26-gost-3410-2012-256-paramSetB|GOST R 34.10-2012 (256 bit) ParamSet B
1.2.643.7.1.2.1.1: 3 id-tc26-gost-3410-2012-256-paramSetC|GOST R 34.10-2012 (256 bit) ParamSet C
1.2.643.7.1.2.1.1: 4 id-tc26-gost-3410-2012-256-paramSetD|GOST R 34.10-2012 (256 bit) ParamSet D
1.2.643.7.1.2.1.2: 0 id-tc26-gost-3410-2012-512-paramSetTest|GOST R 34.10-2012 (512 bit) testing parameter set
1.2.643.7.1.2.1.2: 1 id-tc26-gost-3410-2012-512-paramSetA|GOST R 34.10-2012 (512 bit) ParamSet A
1.2.643.7.1.2.1.2: 2 id-tc26-gost-3410-2012-512-paramSetB|GOST R 34.10-2012 (512 bit) ParamSet B
1.2.643.7.1.2.1.2: 3 id-tc26-gost-3410-2012-512-paramSetC|GOST R 34.10-2012 (512 bit) ParamSet C
1.2.643.7.1.2.5: 1 id-tc26-gost-28147-constants
1.2.643.7.1.2.5.1: 1 id-tc26-gost-28147-param-Z|GOST 28147-89 TC26 parameter set
1.2.643.100: 1 OGRN; 3 SNILS; 5 OGRNIP; 111 subjectSignTool|Signing Tool of Subject
1.2.643.100: 112 issuerSignTool|Signing Tool of Issuer; 113 classSignTool|Class of Signing Tool
1.2.643.100.113: 1 classSignToolKC1|Class of Signing Tool KC1; 2 classSignToolKC2|Class of Signing Tool KC2
1.2.643.100.113: 3 classSignToolKC3|Class of Signing Tool KC3; 4 classSignToolKB1|Class of Signing Tool KB1
1.2.643.100.113: 5 classSignToolKB2|Class of Signing Tool KB2; 6 classSignToolKA1|Class of Signing Tool KA1
1.2.804.2.1.1: 1 ua-pki
1.2.804.2.1.1.1.1.1: 1 dstu28147|DSTU Gost 28147-2009; 2 hmacWithDstu34311|HMAC DSTU Gost 34311-95
1.2.804.2.1.1.1.1.1.1: 2 dstu28147-ofb|DSTU Gost 28147-2009 OFB mode
1.2.804.2.1.1.1.1.1.1: 3 dstu28147-cfb|DSTU Gost 28147-2009 CFB mode
1.2.804.2.1.1.1.1.1.1: 5 dstu28147-wrap|DSTU Gost 28147-2009 key wrap
1.2.804.2.1.1.1.1.2: 1 dstu34311|DSTU Gost 34311-95
1.2.804.2.1.1.1.1.3.1: 1 dstu4145le|DSTU 4145-2002 little endian
1.2.840: 10040 X9-57|X9.57; 10045 ansi-X9-62|ANSI X9.62; 113549 rsadsi|RSA Data Security, Inc.
1.2.840.10040: 4 X9cm|X9.57 CM ?
1.2.840.10040.2: 1 holdInstructionNone|Hold Instruction None
1.2.840.10040.2: 2 holdInstructionCallIssuer|Hold Instruction Call Issuer
1.2.840.10040.2: 3 holdInstructionReject|Hold Instruction Reject
1.2.840.10040.4: 1 DSA|dsaEncryption; 3 DSA-SHA1|dsaWithSHA1
1.2.840.10045.1: 1 prime-field; 2 characteristic-two-field
1.2.840.10045.1.2: 3 id-characteristic-two-basis
1.2.840.10045.1.2.3: 1 onBasis; 2 tpBasis; 3 ppBasis
1.2.840.10045.2: 1 id-ecPublicKey
1.2.840.10045.3.0: 1 c2pnb163v1; 2 c2pnb163v2; 3 c2pnb163v3; 4 c2pnb176v1; 5 c2tnb191v1; 6 c2tnb191v2
1.2.840.10045.3.0: 7 c2tnb191v3; 8 c2onb191v4; 9 c2onb191v5; 10 c2pnb208w1; 11 c2tnb239v1; 12 c2tnb239v2
1.2.840.10045.3.0: 13 c2tnb239v3; 14 c2onb239v4; 15 c2onb239v5; 16 c2pnb272w1; 17 c2pnb304w1; 18 c2tnb359v1
1.2.840.10045.3.0: 19 c2pnb368w1; 20 c2tnb431r1
1.2.840.10045.3.1: 1 prime192v1; 2 prime192v2; 3 prime192v3; 4 prime239v1; 5 prime239v2; 6 prime239v3
1.2.840.10045.3.1: 7 prime256v1
1.2.840.10045.4: 1 ecdsa-with-SHA1; 2 ecdsa-with-Recommended; 3 ecdsa-with-Specified
1.2.840.10045.4.3: 1 ecdsa-with-SHA224; 2 ecdsa-with-SHA256; 3 ecdsa-with-SHA384; 4 ecdsa-with-SHA512
1.2.840.10046.2: 1 dhpublicnumber|X9.42 DH
1.2.840.113533.7.66: 10 CAST5-CBC|cast5-cbc; 12 pbeWithMD5AndCast5CBC
1.2.840.113533.7.66: 13 id-PasswordBasedMAC|password based MAC; 30 id-DHBasedMac|Diffie-Hellman based MAC
1.2.840.113549: 1 pkcs|RSA Data Security, Inc. PKCS
1.2.840.113549.1: 1 pkcs1; 3 pkcs3; 5 pkcs5; 7 pkcs7; 9 pkcs9
1.2.840.113549.1.1: 1 rsaEncryption; 2 RSA-MD2|md2WithRSAEncryption; 3 RSA-MD4|md4WithRSAEncryption
1.2.840.113549.1.1: 4 RSA-MD5|md5WithRSAEncryption; 5 RSA-SHA1|sha1WithRSAEncryption; 6 rsaOAEPEncryptionSET
1.2.840.113549.1.1: 7 RSAES-OAEP|rsaesOaep; 8 MGF1|mgf1; 9 PSPECIFIED|pSpecified; 10 RSASSA-PSS|rsassaPss
1.2.840.113549.1.1: 11 RSA-SHA256|sha256WithRSAEncryption; 12 RSA-SHA384|sha384WithRSAEncryption
1.2.840.113549.1.1: 13 RSA-SHA512|sha512WithRSAEncryption; 14 RSA-SHA224|sha224WithRSAEncryption
1.2.840.113549.1.1: 15 RSA-SHA512/224|sha512-224WithRSAEncryption
1.2.840.113549.1.1: 16 RSA-SHA512/256|sha512-256WithRSAEncryption
1.2.840.113549.1.3: 1 dhKeyAgreement
1.2.840.113549.1.5: 1 PBE-MD2-DES|pbeWithMD2AndDES-CBC; 3 PBE-MD5-DES|pbeWithMD5AndDES-CBC
1.2.840.113549.1.5: 4 PBE-MD2-RC2-64|pbeWithMD2AndRC2-CBC; 6 PBE-MD5-RC2-64|pbeWithMD5AndRC2-CBC
1.2.840.113549.1.5: 10 PBE-SHA1-DES|pbeWithSHA1AndDES-CBC; 11 PBE-SHA1-RC2-64|pbeWithSHA1AndRC2-CBC; 12 PBKDF2
1.2.840.113549.1.5: 13 PBES2; 14 PBMAC1
1.2.840.113549.1.7: 1 pkcs7-data; 2 pkcs7-signedData; 3 pkcs7-envelopedData; 4 pkcs7-signedAndEnvelopedData
1.2.840.113549.1.7: 5 pkcs7-digestData; 6 pkcs7-encryptedData
1.2.840.113549.1.9: 1 emailAddress; 2 unstructuredName; 3 contentType; 4 messageDigest; 5 signingTime
1.2.840.113549.1.9: 6 countersignature; 7 challengePassword; 8 unstructuredAddress
1.2.840.113549.1.9: 9 extendedCertificateAttributes; 14 extReq|Extension Request
1.2.840.113549.1.9: 15 SMIME-CAPS|S/MIME Capabilities; 16 SMIME|S/MIME; 20 friendlyName; 21 localKeyID
1.2.840.113549.1.9.16: 0 id-smime-mod; 1 id-smime-ct; 2 id-smime-aa; 3 id-smime-alg; 4 id-smime-cd
1.2.840.113549.1.9.16: 5 id-smime-spq; 6 id-smime-cti
1.2.840.113549.1.9.16.0: 1 id-smime-mod-cms; 2 id-smime-mod-ess; 3 id-smime-mod-oid; 4 id-smime-mod-msg-v3
1.2.840.113549.1.9.16.0: 5 id-smime-mod-ets-eSignature-88; 6 id-smime-mod-ets-eSignature-97
1.2.840.113549.1.9.16.0: 7 id-smime-mod-ets-eSigPolicy-88; 8 id-smime-mod-ets-eSigPolicy-97
1.2.840.113549.1.9.16.1: 1 id-smime-ct-receipt; 2 id-smime-ct-authData; 3 id-smime-ct-publishCert
1.2.840.113549.1.9.16.1: 4 id-smime-ct-TSTInfo; 5 id-smime-ct-TDTInfo; 6 id-smime-ct-contentInfo
1.2.840.113549.1.9.16.1: 7 id-smime-ct-DVCSRequestData; 8 id-smime-ct-DVCSResponseData
1.2.840.113549.1.9.16.1: 9 id-smime-ct-compressedData; 19 id-smime-ct-contentCollection
1.2.840.113549.1.9.16.1: 23 id-smime-ct-authEnvelopedData; 24 id-ct-routeOriginAuthz; 26 id-ct-rpkiManifest
1.2.840.113549.1.9.16.1: 27 id-ct-asciiTextWithCRLF; 28 id-ct-xml; 35 id-ct-rpkiGhostbusters
1.2.840.113549.1.9.16.1: 36 id-ct-resourceTaggedAttest; 47 id-ct-geofeedCSVwithCRLF; 48 id-ct-signedChecklist
1.2.840.113549.1.9.16.2: 1 id-smime-aa-receiptRequest; 2 id-smime-aa-securityLabel
1.2.840.113549.1.9.16.2: 3 id-smime-aa-mlExpandHistory; 4 id-smime-aa-contentHint; 5 id-smime-aa-msgSigDigest
1.2.840.113549.1.9.16.2: 6 id-smime-aa-encapContentType; 7 id-smime-aa-contentIdentifier
1.2.840.113549.1.9.16.2: 8 id-smime-aa-macValue; 9 id-smime-aa-equivalentLabels
1.2.840.113549.1.9.16.2: 10 id-smime-aa-contentReference; 11 id-smime-aa-encrypKeyPref
1.2.840.113549.1.9.16.2: 12 id-smime-aa-signingCertificate; 13 id-smime-aa-smimeEncryptCerts
1.2.840.113549.1.9.16.2: 14 id-smime-aa-timeStampToken; 15 id-smime-aa-ets-sigPolicyId
1.2.840.113549.1.9.16.2: 16 id-smime-aa-ets-commitmentType; 17 id-smime-aa-ets-signerLocation
1.2.840.113549.1.9.16.2: 18 id-smime-aa-ets-signerAttr; 19 id-smime-aa-ets-otherSigCert
1.2.840.113549.1.9.16.2: 20 id-smime-aa-ets-contentTimestamp; 21 id-smime-aa-ets-CertificateRefs
1.2.840.113549.1.9.16.2: 22 id-smime-aa-ets-RevocationRefs; 23 id-smime-aa-ets-certValues
1.2.840.113549.1.9.16.2: 24 id-smime-aa-ets-revocationValues; 25 id-smime-aa-ets-escTimeStamp
1.2.840.113549.1.9.16.2: 26 id-smime-aa-ets-certCRLTimestamp; 27 id-smime-aa-ets-archiveTimeStamp
1.2.840.113549.1.9.16.2: 28 id-smime-aa-signatureType; 29 id-smime-aa-dvcs-dvc
1.2.840.113549.1.9.16.2: 47 id-smime-aa-signingCertificateV2
1.2.840.113549.1.9.16.3: 1 id-smime-alg-ESDHwith3DES; 2 id-smime-alg-ESDHwithRC2; 3 id-smime-alg-3DESwrap
1.2.840.113549.1.9.16.3: 4 id-smime-alg-RC2wrap; 5 id-smime-alg-ESDH; 6 id-smime-alg-CMS3DESwrap
1.2.840.113549.1.9.16.3: 7 id-smime-alg-CMSRC2wrap; 8 ZLIB|zlib compression; 9 id-alg-PWRI-KEK
1.2.840.113549.1.9.16.4: 1 id-smime-cd-ldap
1.2.840.113549.1.9.16.5: 1 id-smime-spq-ets-sqt-uri; 2 id-smime-spq-ets-sqt-unotice
1.2.840.113549.1.9.16.6: 1 id-smime-cti-ets-proofOfOrigin; 2 id-smime-cti-ets-proofOfReceipt
1.2.840.113549.1.9.16.6: 3 id-smime-cti-ets-proofOfDelivery; 4 id-smime-cti-ets-proofOfSender
1.2.840.113549.1.9.16.6: 5 id-smime-cti-ets-proofOfApproval; 6 id-smime-cti-ets-proofOfCreation
1.2.840.113549.1.9.22: 1 x509Certificate; 2 sdsiCertificate
1.2.840.113549.1.9.23: 1 x509Crl
1.2.840.113549.1.12.1: 1 PBE-SHA1-RC4-128|pbeWithSHA1And128BitRC4; 2 PBE-SHA1-RC4-40|pbeWithSHA1And40BitRC4
1.2.840.113549.1.12.1: 3 PBE-SHA1-3DES|pbeWithSHA1And3-KeyTripleDES-CBC
1.2.840.113549.1.12.1: 4 PBE-SHA1-2DES|pbeWithSHA1And2-KeyTripleDES-CBC
1.2.840.113549.1.12.1: 5 PBE-SHA1-RC2-128|pbeWithSHA1And128BitRC2-CBC
1.2.840.113549.1.12.1: 6 PBE-SHA1-RC2-40|pbeWithSHA1And40BitRC2-CBC
1.2.840.113549.1.12.10.1: 1 keyBag; 2 pkcs8ShroudedKeyBag; 3 certBag; 4 crlBag; 5 secretBag; 6 safeContentsBag
1.2.840.113549.2: 2 MD2|md2; 4 MD4|md4; 5 MD5|md5; 6 hmacWithMD5; 7 hmacWithSHA1; 8 hmacWithSHA224
1.2.840.113549.2: 9 hmacWithSHA256; 10 hmacWithSHA384; 11 hmacWithSHA512; 12 hmacWithSHA512-224
1.2.840.113549.2: 13 hmacWithSHA512-256
1.2.840.113549.3: 2 RC2-CBC|rc2-cbc; 4 RC4|rc4; 7 DES-EDE3-CBC|des-ede3-cbc; 8 RC5-CBC|rc5-cbc
1.2.840.113549.3: 10 DES-CDMF|des-cdmf
`;
